// The operating system's own CA certificates. One source file per system.
#pragma once

namespace http {

// Makes them part of an OpenSSL X509_STORE. False when none were found.
bool add_system_trust(void* x509_store);

}  // namespace http
