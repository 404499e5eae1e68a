// Annotations of locks for clang's thread-safety analysis (-Wthread-safety); empty for others.
#pragma once

#if defined(__clang__)
#define PRAVEGA_ACTOR_ANNOTATION(x) __attribute__((x))
#else
#define PRAVEGA_ACTOR_ANNOTATION(x)
#endif

/// A class whose objects are held and released; the text names them in warnings.
#define PRAVEGA_ACTOR_CAPABILITY(text) PRAVEGA_ACTOR_ANNOTATION(capability(text))
/// A class whose objects hold a lock for as long as they live.
#define PRAVEGA_ACTOR_SCOPED_CAPABILITY PRAVEGA_ACTOR_ANNOTATION(scoped_lockable)
/// A member that is used with the lock held only.
#define PRAVEGA_ACTOR_GUARDED_BY(lock) PRAVEGA_ACTOR_ANNOTATION(guarded_by(lock))
/// A function that is called with the lock held, and leaves it so.
#define PRAVEGA_ACTOR_REQUIRES(lock) PRAVEGA_ACTOR_ANNOTATION(requires_capability(lock))
/// A function that is called without the lock.
#define PRAVEGA_ACTOR_EXCLUDES(lock) PRAVEGA_ACTOR_ANNOTATION(locks_excluded(lock))
#define PRAVEGA_ACTOR_ACQUIRE(...) PRAVEGA_ACTOR_ANNOTATION(acquire_capability(__VA_ARGS__))
#define PRAVEGA_ACTOR_RELEASE(...) PRAVEGA_ACTOR_ANNOTATION(release_capability(__VA_ARGS__))
/// A function that is called with the lock held in a way that the analysis cannot see.
#define PRAVEGA_ACTOR_UNCHECKED PRAVEGA_ACTOR_ANNOTATION(no_thread_safety_analysis)
/// A function that returns the lock of this name.
#define PRAVEGA_ACTOR_RETURNS_LOCK(lock) PRAVEGA_ACTOR_ANNOTATION(lock_returned(lock))
