#include "page.h"

#include <string.h>

#include "page_data.h"

#define HTML	   "text/html; charset=utf-8"
#define PAGE(data) (data), sizeof(data)

static const struct zt_page pages[] = {
	{ "/", HTML, PAGE(zt_page_html), false },
	{ "/page.js", "text/javascript; charset=utf-8", PAGE(zt_page_js), false },
	{ "/page.css", "text/css; charset=utf-8", PAGE(zt_page_css), true },
	{ "/icon.svg", "image/svg+xml", PAGE(zt_icon_svg), true },
	{ "/login", HTML, PAGE(zt_login_html), true },
};

const struct zt_page *
zt_page_find(const char *path)
{
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (strcmp(pages[i].path, path) == 0)
			return &pages[i];
	return NULL;
}
