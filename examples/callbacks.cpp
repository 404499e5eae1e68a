// Writes without ever waiting: completions, back-pressure by callback, cumulative progress.
#include <atomic>
#include <future>
#include <iostream>
#include <string>

#include "pravega_actor/client.hpp"
#include "pravega_sandbox/sandbox.hpp"

using namespace pravega_actor;

namespace {

constexpr std::uint64_t events = 100'000;

/// Writes its events one after the other and stops whenever the writer is full.
class producer {
 public:
  explicit producer(event_writer writer) : writer_{std::move(writer)} {}

  /// Success when every event is durable.
  std::future<result<void>> start() {
    writer_.on_progress([this](const writer_progress& now) { durable_ = now.durable_through; });
    auto outcome = outcome_.get_future();
    write_some();
    return outcome;
  }
  [[nodiscard]] std::uint64_t durable() const { return durable_; }
  [[nodiscard]] std::uint64_t pauses() const { return pauses_; }

 private:
  void write_some() {
    while (next_ < events) {
      const auto text = "event " + std::to_string(next_);
      auto ticket = writer_.try_write("key " + std::to_string(next_ % 10), as_bytes(text),
                                      [this](const write_result& done) { completed(done); });
      if (ticket) {
        ++next_;
        continue;
      }
      if (!(ticket.error() == errc::would_block)) return outcome_.set_value(ticket.error());
      ++pauses_;
      // Called back once there is room; meanwhile this thread does something else.
      return writer_.when_writable(text.size(), [this] { write_some(); });
    }
  }

  // Comes once for each event, in the order of writing.
  void completed(const write_result& done) {
    if (failed_) return;
    if (!done.outcome) {
      failed_ = true;
      return outcome_.set_value(done.outcome);
    }
    if (++completions_ == events) outcome_.set_value({});
  }

  event_writer writer_;
  std::uint64_t next_ = 0;
  std::uint64_t completions_ = 0;
  bool failed_ = false;
  std::atomic<std::uint64_t> pauses_{0};
  std::atomic<std::uint64_t> durable_{0};
  std::promise<result<void>> outcome_;
};

result<void> run() {
  auto server = pravega_sandbox::sandbox::start();
  if (!server) return server.error();
  config settings;
  settings.controller_uri = (*server)->controller_uri();
  auto pravega = client::create(settings);
  if (!pravega) return pravega.error();
  const scoped_stream stream{"examples", "callbacks"};
  if (auto made = pravega->streams().ensure_scope(stream.scope); !made) return made.error();
  if (auto made = pravega->streams().ensure_stream(stream, fixed_segments(2)); !made)
    return made.error();
  auto options = pravega->default_writer_options();
  options.outstanding_events_max = 1000;  // small, so that the writer is full now and then
  auto writer = pravega->create_writer(stream, options);
  if (!writer) return writer.error();

  producer all{*writer};
  auto outcome = all.start();
  if (outcome.wait_for(seconds{60}) != std::future_status::ready)
    return error{errc::deadline_exceeded, "not all events were completed"};
  if (auto durable = outcome.get(); !durable) return durable;
  // After close no callback comes any more.
  if (auto closed = writer->close(seconds{10}); !closed.outcome) return closed.outcome;
  std::cout << all.durable() << " events are durable; the writer was full " << all.pauses()
            << " times\n";
  return all.durable() == events ? result<void>{} : result<void>{errc::internal_error};
}

}  // namespace

int main() {
  const auto outcome = run();
  if (!outcome) std::cerr << outcome.error().to_string() << '\n';
  return outcome ? 0 : 1;
}
