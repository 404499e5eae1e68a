// A reader of a group, which Java readers may share: reads numbered events until it has enough
// or its input ends, and leaves the group. RECORD is a file of what it got, one line for each
// item: the time in nanoseconds, then the number of an event or "@" and the name of a
// checkpoint. With "die" as the end it does not leave: it ends at once, with what it has not
// released.
//
//   group_peer CONTROLLER SCOPE GROUP READER RECORD leave|die [COUNT]
//
// Prints "joined", and at the end what it read as JSON. An exit code of 0 with "offline": true
// means that the reader was declared dead or its group was reset.
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>

#include "pravega_actor/client.hpp"
#include "wire/big_endian.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

/// The record, and what the end reports.
class tally {
 public:
  explicit tally(const std::string& record) : record_{record} {}

  void take(const event_item& item) {
    const auto now = clock_type::now();
    if (const auto* slice = std::get_if<event_slice>(&item)) take(*slice, now);
    if (const auto* mark = std::get_if<checkpoint_mark>(&item))
      record_ << now.time_since_epoch().count() << " @" << mark->name << '\n';
    flush_sometimes(now);
  }
  void flush() { record_.flush(); }
  void released() { held_ = 0; }
  [[nodiscard]] std::uint64_t count() const { return count_; }

  void print(bool offline) {
    flush();
    std::cout << "{\"count\": " << count_ << ", \"held\": " << held_
              << ", \"offline\": " << (offline ? "true" : "false") << "}" << std::endl;
  }

 private:
  void take(const event_slice& slice, time_point now) {
    for (const auto event : slice) {
      const auto number = wire::load_big_endian<std::uint64_t>(event.payload.data());
      record_ << now.time_since_epoch().count() << ' ' << number << '\n';
      ++count_;
      ++held_;
    }
  }
  // The test looks at the record meanwhile.
  void flush_sometimes(time_point now) {
    if (now - flushed_ < milliseconds{50}) return;
    flushed_ = now;
    flush();
  }

  std::ofstream record_;
  time_point flushed_{};
  std::uint64_t count_ = 0;
  std::uint64_t held_ = 0;
};

struct plan {
  scoped_group group;
  std::string reader;
  std::string record;
  bool dies = false;
  std::uint64_t count = 0;
};

result<void> read(client& pravega, const plan& todo, const std::atomic<bool>& over) {
  PRAVEGA_ACTOR_LET(auto reader, pravega.create_event_reader(todo.group, todo.reader));
  std::cout << "joined" << std::endl;
  tally seen{todo.record};
  while (!over) {
    const auto item = reader.take(milliseconds{100});
    if (!item) {
      seen.print(item.error() == errc::reader_offline);
      if (item.error() == errc::reader_offline) return {};
      // Without this the process would end before the reader has left, and keep its segments.
      (void)reader.close(seconds{60});
      return item.error();
    }
    if (!*item) {
      seen.flush();
      continue;
    }
    seen.take((*item)->item);
    if (todo.count > 0 && seen.count() >= todo.count) break;
    reader.release_through((*item)->number);
    seen.released();
  }
  seen.print(false);
  if (todo.dies) std::_Exit(0);
  return reader.close(seconds{60});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 7) return 2;
  config settings;
  settings.controller_uri = argv[1];
  auto pravega = client::create(settings);
  if (!pravega) {
    std::cerr << pravega.error().to_string() << '\n';
    return 1;
  }
  plan todo{{argv[2], argv[3]}, argv[4], argv[5], std::string{argv[6]} == "die"};
  if (argc > 7) todo.count = std::stoull(argv[7]);
  // The test ends the reading by closing the input.
  std::atomic<bool> over{false};
  std::thread{[&over] {
    while (std::cin.get() != EOF) {
    }
    over = true;
  }}.detach();
  const auto done = read(*pravega, todo, over);
  if (!done) std::cerr << done.error().to_string() << std::endl;
  // The thread above still waits for the input if the reader ended by itself.
  std::_Exit(done ? 0 : 1);
}
