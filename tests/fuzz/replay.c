/*
 * Runs a fuzz target over the files of its corpus, so that what was found once is tried
 * in every test run and by every compiler.
 *
 * usage: fuzz_<entry> <file or folder>...
 *
 * With -DZT_FUZZ=ON and clang, libFuzzer's own main takes the place of this file.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/** Longest input that is read, as libFuzzer's default. */
#define INPUT_MAX 1048576

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Run one file. @return false when it cannot be read. */
static bool
run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *buffer = malloc(INPUT_MAX);
	bool is_read = false;

	if (file && buffer) {
		size_t n = fread(buffer, 1, INPUT_MAX, file);
		/* At its exact length, so that a sanitizer sees reads beyond it. */
		uint8_t *exact = malloc(n ? n : 1);
		if (exact) {
			memcpy(exact, buffer, n);
			LLVMFuzzerTestOneInput(exact, n);
			is_read = true;
		}
		free(exact);
	}
	if (file)
		fclose(file);
	free(buffer);
	if (!is_read)
		fprintf(stderr, "cannot read %s\n", path);
	return is_read;
}

/** Run every file of a folder; @return how many, or -1. */
static int
run_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	int n = 0;

	if (!folder)
		return -1;
	while (n >= 0 && (entry = readdir(folder)) != NULL) {
		char name[4096];
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		n = run_file(name) ? n + 1 : -1;
	}
	closedir(folder);
	return n;
}

int
main(int argc, char **argv)
{
	int total = 0;

	for (int i = 1; i < argc; i++) {
		struct stat info;
		if (stat(argv[i], &info) != 0) {
			fprintf(stderr, "cannot read %s\n", argv[i]);
			return EXIT_FAILURE;
		}
		int n = S_ISDIR(info.st_mode) ? run_folder(argv[i])
					      : (run_file(argv[i]) ? 1 : -1);
		if (n < 0)
			return EXIT_FAILURE;
		total += n;
	}
	printf("%d inputs\n", total);
	/* An empty corpus would make a test that cannot fail. */
	return total > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
