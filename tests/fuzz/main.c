/*
 * Runs a fuzz target over files instead of invented input: each file named on the
 * command line, and each file in each directory named there.  So the corpus is an
 * ordinary test.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "target.h"

/** Longer files are no fuzz inputs. */
#define INPUT_MAX (16u << 20)

/** @return 0, or 1 when the file cannot be read. */
static int
run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat st;

	if (file == NULL || fstat(fileno(file), &st) != 0 || st.st_size > INPUT_MAX) {
		perror(path);
		if (file != NULL)
			fclose(file);
		return 1;
	}
	size_t len = (size_t)st.st_size;
	/* Exactly as long as the input, so that reading past it is noticed. */
	uint8_t *data = malloc(len > 0 ? len : 1);
	int failed = data == NULL || fread(data, 1, len, file) != len;
	fclose(file);
	if (!failed)
		(void)LLVMFuzzerTestOneInput(data, len);
	else
		perror(path);
	free(data);
	return failed;
}

static int
run_directory(const char *path, unsigned *n_files)
{
	struct dirent **entries;
	int n = scandir(path, &entries, NULL, alphasort);
	int failed = 0;

	if (n < 0) {
		perror(path);
		return 1;
	}
	for (int i = 0; i < n; i++) {
		char name[4096];
		int len =
		    snprintf(name, sizeof(name), "%s/%s", path, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.' && len > 0 &&
		    (size_t)len < sizeof(name)) {
			failed |= run_file(name);
			++*n_files;
		}
		free(entries[i]);
	}
	free(entries);
	return failed;
}

int
main(int argc, char **argv)
{
	unsigned n_files = 0;
	int failed = 0;

	for (int i = 1; i < argc; i++) {
		struct stat st;
		if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode)) {
			failed |= run_directory(argv[i], &n_files);
		} else {
			failed |= run_file(argv[i]);
			n_files++;
		}
	}
	printf("%u inputs\n", n_files);
	/* A test without inputs tests nothing. */
	return failed || n_files == 0;
}
