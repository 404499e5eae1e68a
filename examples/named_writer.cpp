// Writes a file line by line, is killed with kill -9 at random, and is started again: every
// line is stored once.
//
// The writer has a name, and the number of a line is the number of its event. A new process
// asks the stream which lines are stored, and goes on behind them: it keeps no notes.
//
// Without arguments, or with the controller of a Pravega, the program is the parent: it writes
// the file, starts writers and kills them, and checks the stream.
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "pravega_actor/client.hpp"
#include "pravega_sandbox/sandbox.hpp"

extern char** environ;
using namespace pravega_actor;

namespace {

const scoped_stream target{"examples", "named-lines"};
constexpr int line_count = 20'000;
constexpr int kills = 50;
constexpr seconds patience{60};
/// So that the writers live long enough to be killed in the middle.
constexpr microseconds time_of_a_line{100};

// The key of a line is its first word: lines of one key stay in order.
std::string key_of(const std::string& line) {
  return line.substr(0, line.find(' '));
}

// --- the writer -----------------------------------------------------------------------------

result<void> write_file(const std::string& controller, const std::string& path) {
  config settings;
  settings.controller_uri = controller;
  PRAVEGA_ACTOR_LET(auto pravega, client::create(settings));
  auto options = pravega.default_writer_options();
  options.name = "file-to-stream";
  PRAVEGA_ACTOR_LET(auto writer, pravega.create_writer(target, options));
  const auto stored = writer.stored().everywhere();
  std::ifstream file{path};
  std::string line;
  for (event_number number = 1; std::getline(file, line); ++number) {
    if (number <= stored) continue;
    PRAVEGA_ACTOR_LET(const auto ticket,
                      writer.write_numbered(number, key_of(line), as_bytes(line), patience));
    (void)ticket;
    if (number % 10 == 0) std::this_thread::sleep_for(10 * time_of_a_line);
  }
  return writer.close(patience).outcome;
}

// --- the parent -----------------------------------------------------------------------------

result<void> make_file(const std::string& path) {
  std::ofstream file{path};
  for (int i = 0; i < line_count; ++i)
    file << "key-" << i % 17 << ' ' << i << '\n';
  return file ? result<void>{} : error{errc::io_error, path};
}

// A client does not survive a fork, so the child executes a program at once.
result<pid_t> start_writer(const std::string& controller, const std::string& path) {
  std::vector<std::string> words{"named_writer", "write", controller, path};
  std::vector<char*> arguments;
  for (auto& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, arguments.data(), environ) != 0)
    return error{errc::io_error, "the writer cannot be started"};
  return child;
}

// True: the writer has written everything. False: it was killed.
result<bool> end_of(pid_t child) {
  int status = 0;
  if (waitpid(child, &status, 0) != child) return error{errc::io_error, "the writer is lost"};
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return false;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  return error{errc::internal_error, "the writer failed"};
}

result<void> run_writers(const std::string& controller, const std::string& path) {
  std::minstd_rand random{2026};
  int killed = 0;
  for (; killed < kills; ++killed) {
    PRAVEGA_ACTOR_LET(const auto child, start_writer(controller, path));
    // From its start to some time after it has begun to write.
    std::this_thread::sleep_for(milliseconds{random() % 120});
    kill(child, SIGKILL);
    PRAVEGA_ACTOR_LET(const bool ended, end_of(child));
    if (ended) break;
  }
  std::cout << killed << " writers were killed\n";
  PRAVEGA_ACTOR_LET(const auto last, start_writer(controller, path));
  PRAVEGA_ACTOR_LET(const bool ended, end_of(last));
  return ended ? result<void>{} : error{errc::internal_error, "the last writer was killed"};
}

// Every line is there once, and the lines of a key are in order.
result<void> check_lines(client& pravega) {
  auto options = pravega.default_reader_options();
  PRAVEGA_ACTOR_LET(options.end, pravega.streams().tail_cut(target));
  PRAVEGA_ACTOR_LET(auto reader, pravega.create_reader(target, options));
  std::map<std::string, int> next;
  int count = 0;
  for (;;) {
    const auto item = reader.next(patience);
    if (!item && item.error() == errc::end_of_segment) break;
    if (!item) return item.error();
    if (!*item) return error{errc::deadline_exceeded, "no lines"};
    const auto* slice = std::get_if<event_slice>(&**item);
    if (slice == nullptr) continue;
    for (const auto event : *slice) {
      const std::string line{as_text(event.payload)};
      const auto key = key_of(line);
      auto& expected = next.try_emplace(key, std::stoi(key.substr(4))).first->second;
      if (line != key + ' ' + std::to_string(expected))
        return error{errc::internal_error, line + ": missing, twice or out of order"};
      expected += 17;
      ++count;
    }
  }
  std::cout << count << " lines are stored once each\n";
  if (count != line_count) return error{errc::internal_error, "lines are missing"};
  return {};
}

result<void> parent(const std::string& controller) {
  config settings;
  settings.controller_uri = controller;
  PRAVEGA_ACTOR_LET(auto pravega, client::create(settings));
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_scope(target.scope));
  PRAVEGA_ACTOR_TRY(pravega.streams().ensure_stream(target, fixed_segments(3)));
  auto folder = (std::filesystem::temp_directory_path() / "lines-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return error{errc::io_error, folder};
  const auto path = folder + "/lines";
  auto outcome = make_file(path);
  if (outcome) outcome = run_writers(controller, path);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  PRAVEGA_ACTOR_TRY(outcome);
  return check_lines(pravega);
}

result<void> parent_with_sandbox() {
  PRAVEGA_ACTOR_LET(const auto server, pravega_sandbox::sandbox::start());
  return parent(server->controller_uri());
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words{argv + 1, argv + argc};
  const auto outcome = words.size() == 3   ? write_file(words[1], words[2])
                       : words.size() == 1 ? parent(words[0])
                                           : parent_with_sandbox();
  if (!outcome) std::cerr << outcome.error().to_string() << '\n';
  return outcome ? 0 : 1;
}
