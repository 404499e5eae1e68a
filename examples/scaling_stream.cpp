// Writes while segments are split, merged and moved to another segment store, and reads
// everything back in order; an application that watches what the library does about it.
#include <array>
#include <future>
#include <iostream>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "pravega_actor/client.hpp"
#include "pravega_sandbox/sandbox.hpp"

using namespace pravega_actor;

namespace {

constexpr std::uint64_t keys = 20;
const scoped_stream stream{"examples", "scaling"};

/// Counts and prints the events of the library that tell of changes.
class watcher {
 public:
  // Comes from any of the library's threads and must not block.
  void operator()(const library_event& event) {
    switch (event.kind) {
      case event_kind::split:
      case event_kind::merged:
      case event_kind::moved:
      case event_kind::restarted: {
        std::lock_guard lock{mutex_};
        ++seen_[event.kind];
        std::cout << to_string(event.kind) << ": " << event.path << '\n';
        return;
      }
      default:
        return;
    }
  }
  [[nodiscard]] std::uint64_t seen(event_kind kind) {
    std::lock_guard lock{mutex_};
    return seen_[kind];
  }

 private:
  std::mutex mutex_;
  std::map<event_kind, std::uint64_t> seen_;
};

/// Waits until other threads have made a condition true.
template <class Condition>
result<void> wait_until(Condition holds, const char* what) {
  const auto deadline = clock_type::now() + seconds{20};
  while (!holds()) {
    if (clock_type::now() > deadline) return error{errc::deadline_exceeded, what};
    std::this_thread::sleep_for(milliseconds{1});
  }
  return {};
}

/// Splits the only segment, moves a half to the other segment store, merges the halves again.
result<void> scale(const client& pravega, const event_writer& writer,
                   pravega_sandbox::sandbox& server, watcher& watched) {
  auto split = pravega.streams().split_segment({stream, {0, 0}}, 2);
  if (!split) return split.error();
  const auto both = [&] {
    const auto now = writer.status().segments;
    return now.size() == 2 && now[0].connected && now[1].connected;
  };
  if (auto seen = wait_until(both, "the writer does not use the halves"); !seen) return seen;

  const segment half{stream, split->opened[0].id};
  const auto store = server.owner_of(half.to_string());
  if (auto moved = server.move_segment(half.to_string(), 1 - store); !moved) return moved;
  const auto followed = [&] { return watched.seen(event_kind::moved) > 0; };
  if (auto seen = wait_until(followed, "nobody follows the half"); !seen) return seen;

  auto merged =
      pravega.streams().merge_segments(stream, {split->opened[0].id, split->opened[1].id});
  return merged ? result<void>{} : result<void>{merged.error()};
}

/// Writes numbers under `keys` keys in turn: some, more until `scaled` is there, and some more.
result<std::uint64_t> write_meanwhile(event_writer& writer, std::future<result<void>>& scaled) {
  std::uint64_t written = 0;
  const auto write_some = [&]() -> result<void> {
    for (int i = 0; i < 500; ++i, ++written) {
      const auto text = std::to_string(written);
      auto ticket =
          writer.write("key " + std::to_string(written % keys), as_bytes(text), seconds{20});
      if (!ticket) return ticket.error();
    }
    return {};
  };
  do {
    if (auto wrote = write_some(); !wrote) return wrote.error();
  } while (scaled.wait_for(milliseconds{1}) != std::future_status::ready);
  if (auto outcome = scaled.get(); !outcome) return outcome.error();
  if (auto wrote = write_some(); !wrote) return wrote.error();
  if (auto durable = writer.flush(seconds{20}); !durable) return durable.error();
  return written;
}

/// Reads `count` events from the beginning; those of a key must come in the order of writing.
result<void> read_in_order(client& pravega, std::uint64_t count) {
  auto reader = pravega.create_reader(stream, pravega.default_reader_options());
  if (!reader) return reader.error();
  std::array<std::uint64_t, keys> next{};
  for (std::uint64_t key = 0; key < keys; ++key)
    next[key] = key;
  while (count > 0) {
    auto item = reader->next(seconds{20});
    if (!item) return item.error();
    if (!*item) return error{errc::deadline_exceeded, "not every event came"};
    if (const auto* end = std::get_if<segment_end>(&**item))
      std::cout << "read to its end: " << end->in.to_string() << '\n';
    const auto* slice = std::get_if<event_slice>(&**item);
    if (slice == nullptr) continue;
    for (const auto event : *slice) {
      const auto number = std::stoull(std::string{as_text(event.payload)});
      if (number != next[number % keys])
        return error{errc::internal_error, std::to_string(number) + " is out of order"};
      next[number % keys] += keys;
      --count;
    }
  }
  return {};
}

result<void> run() {
  pravega_sandbox::sandbox_options two_stores;
  two_stores.stores = 2;
  auto server = pravega_sandbox::sandbox::start(two_stores);
  if (!server) return server.error();
  config settings;
  settings.controller_uri = (*server)->controller_uri();
  watcher watched;  // outlives the client, which calls it
  auto pravega = client::create(settings);
  if (!pravega) return pravega.error();
  pravega->subscribe([&watched](const library_event& event) { watched(event); });

  if (auto made = pravega->streams().ensure_scope(stream.scope); !made) return made.error();
  if (auto made = pravega->streams().ensure_stream(stream, fixed_segments(1)); !made)
    return made.error();
  auto writer = pravega->create_writer(stream);
  if (!writer) return writer.error();
  auto scaled = std::async(std::launch::async,
                           [&] { return scale(*pravega, *writer, **server, watched); });
  const auto written = write_meanwhile(*writer, scaled);
  if (!written) return written.error();
  if (auto read = read_in_order(*pravega, *written); !read) return read;
  if (auto closed = pravega->close(); !closed.outcome) return closed.outcome;

  std::cout << *written << " events in order; the library told of splits "
            << watched.seen(event_kind::split) << " times, of merges "
            << watched.seen(event_kind::merged) << ", of moves "
            << watched.seen(event_kind::moved) << ", of restarts "
            << watched.seen(event_kind::restarted) << '\n';
  for (const auto kind : {event_kind::split, event_kind::merged, event_kind::moved})
    if (watched.seen(kind) == 0)
      return error{errc::internal_error,
                   "nobody told of a change: " + std::string{to_string(kind)}};
  return {};
}

}  // namespace

int main() {
  const auto outcome = run();
  if (!outcome) std::cerr << outcome.error().to_string() << '\n';
  return outcome ? 0 : 1;
}
