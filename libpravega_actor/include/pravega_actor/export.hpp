// What a shared library of the client exports: the namespaces that carry this.
#pragma once

/// Stands between `namespace` and the name. Everything else in the library stays its own.
#define PRAVEGA_ACTOR_API [[gnu::visibility("default")]]
