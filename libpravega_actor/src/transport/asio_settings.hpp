// Include before any header of asio: how this library builds it.
#pragma once

#ifndef ASIO_STANDALONE
#define ASIO_STANDALONE
#endif
// ThreadSanitizer does not know fences. The event loop's mutex orders what handlers see, too.
#if defined(__SANITIZE_THREAD__) && !defined(ASIO_DISABLE_FENCED_BLOCK)
#define ASIO_DISABLE_FENCED_BLOCK
#endif
