// What a client and a sandbox do to the process they are in. usage: process_probe <verb>
//   client, sandbox   start one and end it: exit code 0, or 3 if the system refused something
//   signals           signals stay with the application's own threads
//   descriptors       programs that are started inherit no descriptor
//   fork              children of a process with a client: nothing works, nothing hangs
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "pravega_actor/client.hpp"
#include "pravega_sandbox/sandbox.hpp"

using namespace pravega_actor;
using namespace std::chrono_literals;

namespace {

constexpr int refused = 3;
const scoped_stream known{"scope", "stream"};

void require(bool holds, const std::string& what) {
  if (holds) return;
  std::printf("not so: %s\n", what.c_str());
  std::fflush(stdout);
  ::_exit(1);
}

int outcome_of(const error& why) {
  std::printf("%s\n", why.to_string().c_str());
  const bool resource = why == errc::io_error || why == errc::out_of_memory;
  return resource ? refused : 1;
}

int start_client() {
  config settings;
  settings.controller_uri = "tcp://127.0.0.1:9";
  settings.controller_call_timeout_ms = 300;
  settings.controller_attempt_timeout_ms = 100;
  auto made = client::create(settings);
  if (!made) return outcome_of(made.error());
  require(!made->streams().ensure_scope("scope"), "a controller that is not there answers");
  (void)made->close(1s);
  return 0;
}

int start_sandbox() {
  auto made = pravega_sandbox::sandbox::start();
  if (!made) return outcome_of(made.error());
  return 0;
}

/// A sandbox and a client that have written and read.
struct busy_process {
  std::unique_ptr<pravega_sandbox::sandbox> server;
  std::optional<client> user;
  event_writer writer;
  stream_reader reader;

  busy_process() {
    pravega_sandbox::sandbox_options options;
    options.published_host = "localhost";  // which has to be looked up
    auto started = pravega_sandbox::sandbox::start(options);
    require(started.has_value(), "the sandbox starts");
    server = std::move(*started);
    config settings;
    settings.controller_uri = server->controller_uri();
    auto made = client::create(settings);
    require(made.has_value(), "the client starts");
    user.emplace(std::move(*made));
    require(user->streams().ensure_scope(known.scope).has_value(), "there is a scope");
    require(user->streams().ensure_stream(known, fixed_segments(2)).has_value(),
            "and a stream");
    auto opened = user->create_writer(known);
    require(opened.has_value(), "a writer opens");
    writer = std::move(*opened);
    write("before");
    auto reads = user->create_reader(known, user->default_reader_options());
    require(reads.has_value(), "a reader opens");
    reader = std::move(*reads);
    const auto item = reader.next(10s);
    require(item && *item, "an event is read");
  }
  void write(const char* text) {
    for (int i = 0; i < 8; ++i)
      require(writer.write(std::to_string(i), as_bytes(text), 10s).has_value(), "a write");
    require(writer.flush(10s).has_value(), "a flush");
  }
};

std::set<std::string> names_in(const std::string& folder) {
  std::set<std::string> names;
  DIR* const open = ::opendir(folder.c_str());
  while (const dirent* each = ::readdir(open))
    if (each->d_name[0] != '.') names.insert(each->d_name);
  ::closedir(open);
  return names;
}

std::uint64_t blocked_in(const std::string& thread) {
  std::ifstream status{"/proc/self/task/" + thread + "/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("SigBlk:")) return std::stoull(line.substr(7), nullptr, 16);
  return ~std::uint64_t{0};  // it has ended
}

void check_masks(const char* when) {
  // Without KILL and STOP, which nobody can block, and the two that the C library keeps.
  constexpr std::uint64_t all =
      ~((1ULL << (SIGKILL - 1)) | (1ULL << (SIGSTOP - 1)) | (3ULL << 31));
  const auto threads = names_in("/proc/self/task");
  require(threads.size() > 8, "threads are there");
  for (const auto& each : threads) {
    if (each == std::to_string(::getpid())) continue;
    std::ifstream file{"/proc/self/task/" + each + "/comm"};
    std::string name;
    std::getline(file, name);
    require((blocked_in(each) & all) == all,
            std::string{when} + ": thread " + name + " blocks all signals");
  }
  require((blocked_in(std::to_string(::getpid())) & all) == 0,
          std::string{when} + ": the application's mask is as it was");
}

int check_signals() {
  busy_process busy;
  check_masks("after traffic");
  sigset_t one;
  ::sigemptyset(&one);
  ::sigaddset(&one, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &one, nullptr);
  ::kill(::getpid(), SIGUSR1);
  const timespec patience{5, 0};
  require(::sigtimedwait(&one, nullptr, &patience) == SIGUSR1, "the application's own signal");
  ::pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
  require(busy.server->refuse_connections(true).has_value(), "no store");
  busy.server->cut_connections();
  require(busy.writer.try_write("key", as_bytes("x")).has_value(), "a write meanwhile");
  require(!busy.writer.flush(300ms).has_value(), "nothing is durable meanwhile");
  check_masks("while connecting again");
  require(busy.server->refuse_connections(false).has_value(), "the store again");
  busy.write("after");
  check_masks("in the end");
  return 0;
}

int check_descriptors() {
  const auto before = names_in("/proc/self/fd");
  const busy_process busy;
  std::size_t checked = 0;
  for (const auto& each : names_in("/proc/self/fd")) {
    const int flags = ::fcntl(std::stoi(each), F_GETFD);
    if (flags < 0 || before.contains(each)) continue;
    ++checked;
    char target[200] = {};
    (void)!::readlink(("/proc/self/fd/" + each).c_str(), target, sizeof target - 1);
    require((flags & FD_CLOEXEC) != 0, std::string{target} + " is closed on exec");
  }
  require(checked > 12, "descriptors are there");
  return 0;
}

/// Whether the error is that of a forked child.
bool is_of_fork(const error& why) {
  return why == errc::closed && why.detail().find("fork") != std::string::npos;
}

template <class T>
bool is_of_fork(const result<T>& outcome) {
  return !outcome && is_of_fork(outcome.error());
}

void use_all(busy_process& held) {
  auto& user = *held.user;
  require(is_of_fork(held.writer.try_write("k", as_bytes("x"))), "try_write");
  require(is_of_fork(held.writer.write("k", as_bytes("x"), 5s)), "write");
  const byte_view batch[]{as_bytes("x")};
  require(is_of_fork(held.writer.write_batch("k", batch, 5s)), "write_batch");
  require(is_of_fork(held.writer.flush(5s)), "flush");
  require(is_of_fork(held.writer.close(5s).outcome), "close of a writer");
  require(is_of_fork(held.reader.next(5s)), "next");
  require(is_of_fork(user.create_writer(known)), "create_writer");
  require(is_of_fork(user.create_reader(known, {})), "create_reader");
  require(is_of_fork(user.status()), "status");
  require(is_of_fork(user.streams().describe(known)), "describe");
  require(is_of_fork(user.streams().ensure_scope("another")), "ensure_scope");
  require(is_of_fork(user.close(5s).outcome), "close of a client");
  require(is_of_fork(held.server->call(controller::check_scope{"scope"})), "a sandbox's call");
  (void)held.writer.status();
  (void)held.reader.position();
  held.server->stop();
}

void check_child(const char* what, const std::function<void()>& body) {
  std::fflush(stdout);
  const auto child = ::fork();
  if (child == 0) {
    body();
    ::_exit(0);
  }
  int status = -1;
  const auto until = std::chrono::steady_clock::now() + 10s;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > until) {
      ::kill(child, SIGKILL);
      require(false, std::string{what} + ": the child ends");
    }
    std::this_thread::sleep_for(1ms);
  }
  require(
      WIFEXITED(status) && WEXITSTATUS(status) == 0,
      std::string{what} + ": the child ends well, not with status " + std::to_string(status));
}

int check_fork() {
  // What a process forks before its first client is free to make one.
  check_child("before", [] { busy_process{}.write("in the child"); });
  auto held = std::make_unique<busy_process>();
  check_child("use", [&] { use_all(*held); });
  check_child("drop", [&] { held.reset(); });
  check_child("exit", [&] {
    held.reset();
    std::exit(0);
  });
  check_child("exit with handles", [] { std::exit(0); });
  check_child("new client", [&] {
    config settings;
    settings.controller_uri = held->server->controller_uri();
    require(is_of_fork(client::create(settings)), "create");
    require(is_of_fork(pravega_sandbox::sandbox::start()), "a sandbox's start");
  });
  held->write("after");
  require(held->user->close(10s).outcome.has_value(), "the parent's client closes");
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::map<std::string, int (*)()> verbs{{"client", start_client},
                                               {"sandbox", start_sandbox},
                                               {"signals", check_signals},
                                               {"descriptors", check_descriptors},
                                               {"fork", check_fork}};
  const auto verb = verbs.find(count == 2 ? arguments[1] : "");
  return verb == verbs.end() ? 2 : verb->second();
}
