// Transactions of ours, of numbered events: the first 8 bytes of a payload are its number, the
// next 4 that of its key, as in the Java peer.
//
//   transaction_peer CONTROLLER SCOPE STREAM begin FIRST COUNT KEYS
//   transaction_peer CONTROLLER SCOPE STREAM resume ID FIRST COUNT KEYS commit|abort|leave
//   transaction_peer CONTROLLER SCOPE STREAM many OPEN COUNT KEYS RECORD
//
// `begin` writes events and leaves the transaction open; `resume` takes one over, writes more
// and ends it. Both print JSON. `many` keeps OPEN transactions of COUNT events at work, commits
// each and aborts every eighth, until its input ends; RECORD has a line for each that is over:
//
//   FIRST_NUMBER commit|abort OUTCOME BEGUN_NS ENDED_NS ID
//
// OUTCOME is "ok" or the error's name.
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "pravega_actor/client.hpp"
#include "wire/big_endian.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

constexpr seconds patience{120};
constexpr std::size_t payload_size = 100;
constexpr std::uint64_t abort_every = 8;
/// After a failure that will come again at once.
constexpr milliseconds pause{200};

struct numbers {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::uint64_t keys = 1;
};

result<void> write_all(transaction& into, const numbers& which) {
  std::vector<std::byte> payload(payload_size, std::byte{'t'});
  for (auto number = which.first; number < which.first + which.count; ++number) {
    const auto key = number % which.keys;
    wire::store_big_endian<std::uint64_t>(payload.data(), number);
    wire::store_big_endian<std::uint32_t>(payload.data() + 8, static_cast<std::uint32_t>(key));
    auto ticket = into.write("key-" + std::to_string(key), payload, patience);
    if (!ticket) return ticket.error();
  }
  return {};
}

transaction_options left_open() {
  transaction_options options;
  options.leave_open = true;
  return options;
}

result<void> begin(transactional_event_writer& writer, const numbers& which) {
  PRAVEGA_ACTOR_LET(auto open, writer.begin(patience, left_open()));
  if (auto written = write_all(open, which); !written) return written;
  if (auto flushed = open.flush(patience); !flushed) return flushed;
  std::cout << "{\"id\": \"" << open.id().to_string() << "\"}" << std::endl;
  return {};
}

result<void> resume(transactional_event_writer& writer, const std::string& id,
                    const numbers& which, const std::string& how) {
  PRAVEGA_ACTOR_LET(const auto parsed, transaction_id::parse(id));
  PRAVEGA_ACTOR_LET(auto open, writer.resume(parsed, patience, left_open()));
  if (auto written = write_all(open, which); !written) return written;
  const auto ended = how == "commit"  ? open.commit(patience)
                     : how == "abort" ? open.abort(patience)
                                      : open.flush(patience);
  if (!ended) return ended;
  std::cout << "{\"id\": \"" << id << "\", \"done\": \"" << how << "\"}" << std::endl;
  return {};
}

// --- many -----------------------------------------------------------------------------------

class many {
 public:
  many(transactional_event_writer writer, numbers each, const std::string& record)
      : writer_{std::move(writer)}, each_{each}, record_{record} {}

  void run(std::size_t open) {
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < open; ++i)
      workers.emplace_back([this] {
        while (!over_)
          one();
      });
    std::cout << "{\"at_work\": " << open << "}" << std::endl;
    while (std::cin.get() != EOF) {
    }
    over_ = true;
  }

 private:
  void one() {
    const auto begun = clock_type::now();
    auto open = writer_.begin(patience);
    if (!open) {
      tell({}, "begin", open.error(), begun, {});
      std::this_thread::sleep_for(pause);
      return;
    }
    const auto turn = turn_++;
    const numbers mine{turn * each_.count, each_.count, each_.keys};
    const auto written = write_all(*open, mine);
    if (turn % abort_every == abort_every - 1)
      return tell(mine.first, "abort", open->abort(patience), begun, open->id());
    // A commit says why the events could not be written.
    auto done = open->commit(patience);
    if (done && !written) done = errc::internal_error;
    tell(mine.first, "commit", done, begun, open->id());
  }

  void tell(std::uint64_t first, const char* what, const result<void>& outcome,
            time_point begun, transaction_id id) {
    const auto ns = [](time_point at) { return at.time_since_epoch().count(); };
    const std::lock_guard lock{mutex_};
    record_ << first << ' ' << what << ' '
            << (outcome ? std::string{"ok"} : std::string{to_string(outcome.error().code())})
            << ' ' << ns(begun) << ' ' << ns(clock_type::now()) << ' ' << id.to_string()
            << std::endl;
    if (!outcome) std::cerr << outcome.error().to_string() << std::endl;
  }

  transactional_event_writer writer_;
  const numbers each_;
  std::atomic<std::uint64_t> turn_{0};
  std::atomic<bool> over_{false};
  std::mutex mutex_;
  std::ofstream record_;
};

result<void> run(client& pravega, const std::vector<std::string>& words) {
  PRAVEGA_ACTOR_LET(auto writer, pravega.open_transactional_writer({words[1], words[2]}));
  const auto number = [&](std::size_t at) { return std::stoull(words.at(at)); };
  if (words[3] == "begin") return begin(writer, {number(4), number(5), number(6)});
  if (words[3] == "resume")
    return resume(writer, words[4], {number(5), number(6), number(7)}, words.at(8));
  if (words[3] != "many") return error{errc::invalid_argument, words[3]};
  many{std::move(writer), {0, number(5), number(6)}, words.at(7)}.run(number(4));
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words{argv + 1, argv + argc};
  if (words.size() < 7) return 2;
  config settings;
  settings.controller_uri = words[0];
  auto pravega = client::create(settings);
  auto done = pravega ? run(*pravega, words) : result<void>{pravega.error()};
  if (!done) std::cerr << done.error().to_string() << std::endl;
  if (pravega) static_cast<void>(pravega->close(seconds{30}));
  return done ? 0 : 1;
}
