#include "documentation.h"

#include <string.h>

#include "../conf/schema_doc.h"
#include "../dissect/reject.h"
#include "options.h"

/* Every counted outcome, in the words of the one list. */
static void
print_rejects(FILE *to)
{
	(void)fputs(".Bl -tag -width Ds -compact\n", to);
	for (unsigned i = ZT_ACCEPT + 1; i < ZT_N_REJECTS; i++) {
		enum zt_reject reject = (enum zt_reject)i;
		const char *clause = zt_reject_clause(reject);
		(void)fprintf(to, ".It Cm %s\n%s%s%s%s\n", zt_reject_name(reject),
		    zt_reject_sentence(reject), clause[0] != '\0' ? " (" : "", clause,
		    clause[0] != '\0' ? ")" : "");
	}
	(void)fputs(".El\n", to);
}

bool
zt_documentation(const char *part, FILE *to)
{
	static const struct {
		const char *name;
		void (*print)(FILE *to);
	} parts[] = {
		{ "example", zt_schema_doc_example },
		{ "man", zt_schema_doc_man },
		{ "table", zt_schema_doc_table },
		{ "options", zt_options_man },
		{ "rejects", print_rejects },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strcmp(part, parts[i].name) != 0)
			continue;
		(void)parts[i].print(to); /* main() looks at the stream */
		return true;
	}
	return false;
}
