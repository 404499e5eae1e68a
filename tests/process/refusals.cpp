// To be preloaded: pthread_create fails as the environment says.
//   REFUSE_AT    the number of the call that fails, from 1
//   REFUSE_ALL   when set, all later calls fail, too
// At the end it tells on stderr how many calls there were.
#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace {

std::atomic<int> calls{0};

bool refuses_next() {
  const char* const at = std::getenv("REFUSE_AT");
  const int number = calls.fetch_add(1) + 1;
  const int first = at == nullptr ? 0 : std::atoi(at);
  const bool later = number > first && std::getenv("REFUSE_ALL") != nullptr;
  return first > 0 && (number == first || later);
}

struct teller {
  ~teller() { std::fprintf(stderr, "calls: %d\n", calls.load()); }
} at_the_end;

}  // namespace

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*run)(void*), void* argument) {
  if (refuses_next()) return EAGAIN;
  static const auto next =
      reinterpret_cast<decltype(pthread_create)*>(::dlsym(RTLD_NEXT, "pthread_create"));
  return next(thread, attributes, run, argument);
}
