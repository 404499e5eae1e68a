#include "common/waiting.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "common/report.hpp"
#include "common/signals.hpp"
#include "common/terminal.hpp"

namespace pravega_actor::tool {

namespace {

constexpr milliseconds note_interval{10'000};
constexpr milliseconds redraw_interval{1000};
/// What the library may be late before the tool ends the wait itself.
constexpr milliseconds lateness{500};
/// After a second signal the verb may still say what is durable.
constexpr milliseconds last_words{700};
constexpr int tick_ms = 200;

class attendant {
 public:
  void start() {
    try {
      std::thread{[this] { run(); }}.detach();
    } catch (const std::system_error&) {
    }
  }
  void begin(const common_options& common, wait_details details, bool closing);
  void end();

 private:
  struct wait {
    wait_details details;
    time_point begin;
    time_point next_note;
    std::optional<time_point> given_up;
    int stops_before;
    bool closing;
    bool quiet;
    bool json;
  };
  void run();
  [[nodiscard]] bool busy();
  void look(time_point now);
  void say(time_point now);
  [[noreturn]] void stop_wait();
  [[noreturn]] void give_up();
  void clear_line();

  std::mutex mutex_;
  std::optional<wait> wait_;
  std::optional<time_point> second_signal_;
  bool line_drawn_ = false;
};

// Lives as long as the process: its thread is never joined.
attendant& the_attendant() {
  static auto* only = new attendant;  // NOLINT: see above
  return *only;
}

void attendant::begin(const common_options& common, wait_details details, bool closing) {
  const auto now = clock_type::now();
  std::lock_guard lock{mutex_};
  const bool after_signals = closing || details.finishes;
  wait_ = wait{.details = std::move(details),
               .begin = now,
               .next_note = now + silence_max,
               .given_up = std::nullopt,
               .stops_before = after_signals ? stop_signals() : 0,
               .closing = closing,
               .quiet = common.quiet,
               .json = common.json};
  if (common.timeout_s > 0)
    wait_->given_up =
        now + milliseconds{static_cast<std::int64_t>(common.timeout_s * 1000)} + lateness;
  const std::uint64_t one = 1;
  const auto woken = ::write(each_stop_descriptor(), &one, sizeof one);
  static_cast<void>(woken);
}

void attendant::end() {
  std::lock_guard lock{mutex_};
  // The signal may have ended the call itself: that is no failure of the call.
  if (!wait_->closing && stop_signals() > wait_->stops_before) stop_wait();
  clear_line();
  wait_.reset();
}

void attendant::clear_line() {
  if (line_drawn_) print_control("\r\x1b[K");
  line_drawn_ = false;
}

void attendant::run() {
  for (;;) {
    pollfd wanted{each_stop_descriptor(), POLLIN, 0};
    ::poll(&wanted, 1, busy() ? tick_ms : -1);
    std::uint64_t count = 0;
    const auto taken = ::read(each_stop_descriptor(), &count, sizeof count);
    static_cast<void>(taken);
    look(clock_type::now());
  }
}

bool attendant::busy() {
  std::lock_guard lock{mutex_};
  return wait_ || second_signal_;
}

void attendant::look(time_point now) {
  std::lock_guard lock{mutex_};
  if (stop_signals() > 1 && !second_signal_) second_signal_ = now;
  if (second_signal_ && now - *second_signal_ > last_words) {
    print_error("pravega-actor: stopped at once\n");
    ::_exit(process_code(exit_code::interrupted));
  }
  if (!wait_) return;
  if (stop_signals() > wait_->stops_before) stop_wait();
  if (wait_->given_up && now > *wait_->given_up) give_up();
  if (now >= wait_->next_note) say(now);
}

void attendant::say(time_point now) {
  if (wait_->quiet) return;
  const bool live = is_terminal(STDERR_FILENO);
  wait_->next_note = now + (live ? redraw_interval : note_interval);
  const auto passed = to_ms(now - wait_->begin);
  auto times = seconds_text(passed);
  if (wait_->details.longest_ms > passed)
    times += fmt::format(" of {} at most", seconds_text(wait_->details.longest_ms));
  if (!live)
    return print_error(
        fmt::format("pravega-actor: waiting for {}, {}\n", wait_->details.what, times));
  // What a narrow terminal cuts is what the user knows.
  line_drawn_ = true;
  print_control("\r\x1b[K" +
                one_line(fmt::format("{}: waiting for {}", times, wait_->details.what),
                         terminal_width(STDERR_FILENO)));
}

void attendant::stop_wait() {
  const auto code = process_code(exit_code::interrupted);
  if (wait_->closing) ::_exit(code);
  clear_line();
  auto text = "pravega-actor: stopped by a signal while waiting for " + wait_->details.what;
  if (!wait_->details.if_stopped.empty()) text += "; " + wait_->details.if_stopped;
  print_error(text + "\n");
  if (wait_->json)
    print_json(json_object{}.add("error",
                                 json_of(error{errc::cancelled, "stopped by a signal"}, code)));
  ::_exit(code);
}

void attendant::give_up() {
  clear_line();
  const auto reason = error{errc::deadline_exceeded,
                            "--timeout passed while waiting for " + wait_->details.what}
                          .with_stage(stage::controller_call);
  common_options common;
  common.json = wait_->json;
  report_error(common, reason);
  if (!wait_->details.if_stopped.empty())
    print_error("pravega-actor: " + wait_->details.if_stopped + "\n");
  ::_exit(process_code(exit_code_of(reason)));
}

}  // namespace

void start_attendant() {
  the_attendant().start();
}

blocking_wait::blocking_wait(const common_options& common, wait_details details) {
  the_attendant().begin(common, std::move(details), false);
}

blocking_wait::~blocking_wait() {
  the_attendant().end();
}

closing_wait::closing_wait() {
  common_options quiet;
  quiet.quiet = true;
  the_attendant().begin(quiet, {}, true);
}

closing_wait::~closing_wait() {
  the_attendant().end();
}

wait_details finishing(wait_details details) {
  details.finishes = true;
  return details;
}

wait_details for_local(std::string what) {
  wait_details details;
  details.what = std::move(what);
  return details;
}

wait_details for_controller(const config& settings, const std::string& to,
                            std::string if_stopped) {
  return {.what = fmt::format("the controller at {} to {}", settings.controller_uri, to),
          .longest_ms = settings.controller_call_timeout_ms,
          .if_stopped = std::move(if_stopped)};
}

wait_details for_file(const std::string& path) {
  return for_local("the file " + path);
}

std::string seconds_text(std::int64_t ms) {
  const auto seconds = (ms + 500) / 1000;
  if (seconds < 120) return fmt::format("{} s", seconds);
  return fmt::format("{} min {} s", seconds / 60, seconds % 60);
}

}  // namespace pravega_actor::tool
