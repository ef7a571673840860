#include "digest.h"

#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

/* One of the two is in use. */
struct digest {
	EVP_MAC_CTX *mac;
	EVP_MD_CTX *plain;
	const EVP_MD *kind;
};

static const char *const names[ZT_N_DIGESTS] = {
	[ZT_DIGEST_MD5] = "MD5",
	[ZT_DIGEST_SHA1] = "SHA1",
	[ZT_DIGEST_SHA224] = "SHA224",
	[ZT_DIGEST_SHA256] = "SHA256",
	[ZT_DIGEST_SHA384] = "SHA384",
	[ZT_DIGEST_SHA512] = "SHA512",
};

static void
close_digest(void *handle)
{
	struct digest *digest = handle;

	if (digest == NULL)
		return;
	EVP_MAC_CTX_free(digest->mac);
	EVP_MD_CTX_free(digest->plain);
	free(digest);
}

/* The secret stays in the context. */
static bool
open_mac(struct digest *digest, const char *name, const uint8_t *secret, size_t len)
{
	char text[16];
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	OSSL_PARAM params[2];

	if (hmac == NULL)
		return false;
	digest->mac = EVP_MAC_CTX_new(hmac);
	EVP_MAC_free(hmac); /* the context has its own reference */
	OPENSSL_strlcpy(text, name, sizeof(text));
	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, text, 0);
	params[1] = OSSL_PARAM_construct_end();
	return digest->mac != NULL &&
	       EVP_MAC_init(digest->mac, secret, len, params) == 1;
}

static void *
open_digest(enum zt_digest_kind kind, const uint8_t *secret, size_t len)
{
	/* Without its default context, for want of memory, the library would crash. */
	if (OSSL_LIB_CTX_get0_global_default() == NULL)
		return NULL;
	struct digest *digest = calloc(1, sizeof(*digest));
	bool is_open;

	if (digest == NULL)
		return NULL;
	if (secret != NULL) {
		is_open = open_mac(digest, names[kind], secret, len);
	} else {
		digest->kind = EVP_get_digestbyname(names[kind]);
		digest->plain = EVP_MD_CTX_new();
		is_open = digest->kind != NULL && digest->plain != NULL;
	}
	if (is_open)
		return digest;
	close_digest(digest);
	return NULL;
}

static bool
start(void *handle)
{
	struct digest *digest = handle;

	if (digest->mac != NULL)
		return EVP_MAC_init(digest->mac, NULL, 0, NULL) == 1;
	return EVP_DigestInit_ex(digest->plain, digest->kind, NULL) == 1;
}

static bool
add(void *handle, const void *bytes, size_t len)
{
	struct digest *digest = handle;

	if (digest->mac != NULL)
		return EVP_MAC_update(digest->mac, bytes, len) == 1;
	return EVP_DigestUpdate(digest->plain, bytes, len) == 1;
}

static bool
finish(void *handle, uint8_t out[ZT_DIGEST_MAX])
{
	struct digest *digest = handle;
	size_t len = 0;

	if (digest->mac != NULL)
		return EVP_MAC_final(digest->mac, out, &len, ZT_DIGEST_MAX) == 1;
	return EVP_DigestFinal_ex(digest->plain, out, NULL) == 1;
}

void
zt_digests_prepare(void)
{
	static const uint8_t secret[1];

	for (unsigned kind = 0; kind < ZT_N_DIGESTS; kind++) {
		close_digest(open_digest((enum zt_digest_kind)kind, secret, 1));
		close_digest(open_digest((enum zt_digest_kind)kind, NULL, 0));
	}
}

const struct zt_digests zt_digests_libcrypto = {
	.open = open_digest,
	.close = close_digest,
	.start = start,
	.add = add,
	.finish = finish,
};
