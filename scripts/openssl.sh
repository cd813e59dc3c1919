# Sourced by the scripts that build libraries: what of OpenSSL.

# What TLS 1.2 and 1.3 with today's web servers, our AES-GCM and SHA-256, and the sandbox's CA need; no more.
openssl_parts=(
  no-shared no-tests no-module no-legacy no-engine no-dso no-async
  no-autoload-config no-comp no-ssl3 no-tls1 no-tls1_1 no-dtls no-srp no-psk no-srtp no-gost no-ct no-ts no-cms no-cmp
  no-aria no-bf no-blake2 no-camellia no-cast no-idea no-md4 no-mdc2 no-rc2 no-rc4 no-rmd160 no-seed no-sm2 no-sm3
  no-sm4 no-whirlpool no-siphash no-scrypt no-ec2m no-nextprotoneg no-ui-console no-filenames
)
