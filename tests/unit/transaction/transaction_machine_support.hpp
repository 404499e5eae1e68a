// A transaction machine that is led into each of its phases, and its actions as text.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "transaction/transaction_machine.hpp"

namespace pravega_actor::test {

using namespace internal;

using lines = std::vector<std::string>;

inline std::string text_of(const result<void>& outcome) {
  return outcome ? "success" : std::string{to_string(outcome.error().code())};
}

struct transaction_action_text {
  using m = transaction_machine;
  time_point now;

  [[nodiscard]] static std::string ms(duration span) {
    return std::to_string(to_ms(span)) + "ms";
  }
  std::string operator()(const m::create&) const { return "create"; }
  std::string operator()(const m::look_up&) const { return "look_up"; }
  std::string operator()(const m::ping& a) const { return "ping " + std::to_string(a.serial); }
  std::string operator()(const m::commit&) const { return "commit"; }
  std::string operator()(const m::abort&) const { return "abort"; }
  std::string operator()(const m::check&) const { return "check"; }
  std::string operator()(const m::open_writer& a) const {
    std::string out = "open_writer";
    for (const auto& each : a.in.segments)
      out += " " + std::to_string(each.id.number) + "." + std::to_string(each.id.epoch);
    return out;
  }
  std::string operator()(const m::flush&) const { return "flush"; }
  std::string operator()(const m::end_writer& a) const {
    return "end_writer " + std::string{to_string(a.reason.code())};
  }
  std::string operator()(const m::wake& a) const { return "wake " + ms(a.at - now); }
  std::string operator()(const m::notify_expiring& a) const {
    return std::string{"notify_expiring "} +
           (a.what == m::limit::lease ? "lease " : "execution_time ") + ms(a.left);
  }
  std::string operator()(const m::notify_ended& a) const {
    return "notify_ended" +
           (a.why ? " " + std::string{to_string(a.why->code())} : std::string{});
  }
  std::string operator()(const m::answer& a) const {
    return "answer " + std::to_string(a.to) + " " + text_of(a.outcome);
  }
};

/// Without the timers.
inline lines text_of(const transaction_machine::actions& all, time_point now) {
  lines out;
  for (const auto& each : all)
    if (!std::holds_alternative<transaction_machine::wake>(each))
      out.push_back(std::visit(transaction_action_text{now}, each));
  return out;
}

struct transaction_fixture {
  using m = transaction_machine;
  using phase = m::phase;
  using state = transaction_state;
  using ping_status = controller::ping_status;

  static transaction_id id() { return {{0x0000000200000000, 7}}; }
  static transaction_setup setup_of(bool resumed) {
    transaction_setup out;
    out.stream = {"scope", "stream"};
    out.lease = seconds{20};
    out.check_pauses.jitter = 0;
    out.ping_pauses.jitter = 0;
    if (resumed) out.resumed = id();
    return out;
  }
  static controller::created_transaction created() {
    return {id(), {{{4, 2}, {0.0, 0.5}}, {{1, 2}, {0.5, 1.0}}}, "token"};
  }
  static controller::segment_ranges of_epoch() {
    return {{{{4, 2}, {0.0, 0.5}}, {{1, 0}, {0.5, 1.0}}}, "token"};
  }

  explicit transaction_fixture(bool resumed = false) : machine{setup_of(resumed)} {}
  explicit transaction_fixture(transaction_setup what) : machine{std::move(what)} {}

  m machine;
  time_point now{seconds{1000}};
  /// The last actions.
  m::actions last;
  std::set<time_point> timers;

  [[nodiscard]] m::moment at() const { return {now, 0}; }
  [[nodiscard]] m::caller who(std::uint64_t number) const {
    return {number, now + seconds{60}};
  }
  lines seen(m::actions got) {
    last = std::move(got);
    for (const auto& each : last)
      if (const auto* timer = std::get_if<m::wake>(&each)) timers.insert(timer->at);
    return text_of(last, now);
  }

  lines start() { return seen(machine.start(who(1), at())); }
  lines creates() { return seen(machine.on_created(created(), at())); }
  lines fails_to_create(const error& why) { return seen(machine.on_created(why, at())); }
  lines looks_up() { return seen(machine.on_looked_up(of_epoch(), at())); }
  lines pinged(std::uint64_t serial, ping_status how = ping_status::open) {
    return seen(machine.on_pinged(serial, controller::transaction_pinged{how}, at()));
  }
  lines ping_fails(std::uint64_t serial, const error& why = errc::controller_unreachable) {
    return seen(machine.on_pinged(serial, why, at()));
  }
  lines commit(std::uint64_t number) {
    return seen(machine.on_commit(who(number), false, at()));
  }
  lines commit_until_accepted(std::uint64_t number) {
    return seen(machine.on_commit(who(number), true, at()));
  }
  lines abort(std::uint64_t number) { return seen(machine.on_abort(who(number), at())); }
  lines flushed() { return seen(machine.on_flushed({}, at())); }
  lines flush_fails(const error& why) { return seen(machine.on_flushed(why, at())); }
  lines committed() { return seen(machine.on_commit_answer(controller::done{}, at())); }
  lines commit_fails(const error& why) { return seen(machine.on_commit_answer(why, at())); }
  lines aborted() { return seen(machine.on_abort_answer(controller::done{}, at())); }
  lines abort_fails(const error& why) { return seen(machine.on_abort_answer(why, at())); }
  lines checked(state which) {
    return seen(machine.on_checked(controller::transaction_checked{which}, at()));
  }
  lines check_fails(const error& why) { return seen(machine.on_checked(why, at())); }
  lines writer_fails(const error& why) { return seen(machine.on_writer_failed(why, at())); }
  lines dropped() { return seen(machine.on_dropped(at())); }
  lines stopped() { return seen(machine.on_stop(errc::cancelled, at())); }
  lines wake() {
    timers.erase(timers.begin(), timers.upper_bound(now));
    return seen(machine.on_wake(at()));
  }
  lines after(duration span) {
    now += span;
    return wake();
  }
  /// The next time that something is due.
  [[nodiscard]] std::optional<time_point> armed() const {
    if (timers.empty()) return {};
    return *timers.begin();
  }

  /// Caller 1 waits for the begin; caller 2 for the commit or the abort that leads there.
  void lead_to(phase to) {
    if (to == phase::idle) return;
    (void)start();
    if (to == phase::creating || to == phase::resuming) return;
    if (to == phase::failed) return (void)fails_to_create(errc::stream_not_found);
    if (machine.at() == phase::creating) {
      (void)creates();
    } else {
      (void)checked(state::open);
      (void)looks_up();
      (void)pinged(1);
    }
    if (to == phase::open) return;
    if (to == phase::checking) return (void)writer_fails(errc::segment_sealed);
    if (to == phase::left) return (void)stopped();
    if (to == phase::expired) {
      (void)writer_fails(errc::segment_sealed);
      now += seconds{30};
      return (void)checked(state::aborted);
    }
    if (to == phase::aborting || to == phase::aborted) {
      (void)abort(2);
      if (to == phase::aborted) (void)aborted();
      return;
    }
    (void)commit(2);
    if (to == phase::flushing) return;
    (void)flushed();
    if (to == phase::committing) return;
    if (to == phase::lost) return (void)stopped();
    (void)committed();
    (void)after(milliseconds{2});
    (void)checked(state::committed);
    REQUIRE(machine.at() == to);
  }
};

}  // namespace pravega_actor::test
