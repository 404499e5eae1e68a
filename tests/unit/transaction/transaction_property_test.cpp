// Random lives of a transaction: what holds in each of them.
#include <map>
#include <set>

#include "support/splitmix.hpp"
#include "unit/transaction/transaction_machine_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;
using m = transaction_machine;
using phase = m::phase;
using state = transaction_state;
using ping_status = controller::ping_status;

namespace {

/// What a controller knows of the transaction. A call may fail before it has an effect, or its
/// answer may be lost.
struct model_controller {
  state at = state::unknown;
  splitmix& random;

  [[nodiscard]] result<void> effect_of_commit() {
    if (at == state::open) at = state::committing;
    if (at == state::committing || at == state::committed) return {};
    return errc::precondition_failed;
  }
  [[nodiscard]] result<void> effect_of_abort() {
    if (at == state::open) at = state::aborting;
    if (at == state::aborting || at == state::aborted) return {};
    return errc::precondition_failed;
  }
  /// Time goes on at the controller.
  void move() {
    if (at == state::committing && random.below(2) == 0) at = state::committed;
    if (at == state::aborting && random.below(2) == 0) at = state::aborted;
    if (at == state::open && random.below(60) == 0) at = state::aborting;
  }
  [[nodiscard]] ping_status pinged() const {
    if (at == state::open) return ping_status::open;
    if (at == state::committing || at == state::committed) return ping_status::committed;
    return at == state::unknown ? ping_status::unknown : ping_status::aborted;
  }
};

/// Carries a machine's actions out, at random times.
class random_life {
 public:
  explicit random_life(std::uint64_t seed)
      : random_{seed}, resumed_{random_.below(4) == 0}, controller_{state::unknown, random_} {
    if (resumed_) controller_.at = state::open;
    machine_.emplace(transaction_fixture::setup_of(resumed_));
  }

  void run() {
    take(machine_->start(caller(), at()));
    for (int i = 0; i < 400; ++i)
      one_event();
    take(machine_->on_stop(errc::cancelled, at()));
    for (int i = 0; i < 20; ++i)
      one_event();
    CHECK(machine_->is_over());
    CHECK(ends_ == 1);
    CHECK(waiting_.empty());
  }

 private:
  enum class waits : std::uint8_t { begin, commit, accepted, abort };

  [[nodiscard]] m::moment at() { return {now_, random_()}; }
  m::caller caller(waits what = waits::begin) {
    const auto number = ++last_caller_;
    waiting_[number] = what;
    return {number, now_ + milliseconds{static_cast<std::int64_t>(random_.below(90'000) + 1)}};
  }

  void take(m::actions todo) {
    for (auto& each : todo)
      std::visit([this](auto& action) { carry_out(action); }, each);
    if (!waiting_.empty()) {
      const bool goes_on =
          !calls_.empty() || flushing_ || (!timers_.empty() && *timers_.rbegin() > now_);
      CHECK(goes_on);
      CHECK_FALSE(machine_->is_over());
    }
    CHECK(calls_.size() <= 1);
  }

  void call(const char* name) {
    CHECK_FALSE(machine_->is_over());
    calls_.emplace_back(name);
  }
  void carry_out(const m::create&) { call("create"); }
  void carry_out(const m::look_up&) { call("look_up"); }
  void carry_out(const m::check&) { call("check"); }
  void carry_out(const m::abort&) {
    CHECK(writer_ != 1);
    CHECK_FALSE(said_accepted_);
    call("abort");
  }
  void carry_out(const m::commit&) {
    CHECK(flushed_);
    CHECK(writer_ == 2);
    call("commit");
  }
  void carry_out(const m::ping& what) {
    CHECK_FALSE(machine_->is_over());
    CHECK_FALSE(said_accepted_);
    CHECK(pings_.size() < 100);
    pings_.insert(what.serial);
  }
  void carry_out(const m::open_writer&) {
    CHECK(writer_ == 0);
    writer_ = 1;
  }
  void carry_out(const m::flush&) {
    CHECK(writer_ == 1);
    flushing_ = true;
  }
  void carry_out(const m::end_writer&) {
    CHECK(writer_ == 1);
    writer_ = 2;
    flushing_ = false;
  }
  void carry_out(const m::wake& what) {
    CHECK(what.at >= now_);
    timers_.insert(what.at);
  }
  void carry_out(const m::notify_expiring&) { CHECK_FALSE(machine_->is_over()); }
  void carry_out(const m::notify_ended&) { ++ends_; }
  void carry_out(const m::answer& what) {
    const auto waits_for = waiting_.find(what.to);
    REQUIRE(waits_for != waiting_.end());
    const auto wanted = waits_for->second;
    waiting_.erase(waits_for);
    const bool is_commit = wanted == waits::commit || wanted == waits::accepted;
    if (is_commit) judge_commit(wanted == waits::accepted, what.outcome);
    if (wanted == waits::abort && what.outcome) CHECK(controller_.at >= state::aborting);
    if (wanted == waits::begin && what.outcome) CHECK(writer_ == 1);
  }

  void judge_commit(bool accepted_is_enough, const result<void>& outcome) {
    const bool will_be =
        controller_.at == state::committing || controller_.at == state::committed;
    if (outcome) {
      CHECK(flushed_);
      CHECK((said_committed_ || (accepted_is_enough && said_accepted_)));
      CHECK(will_be);
    } else if (!(outcome.error() == errc::outcome_unknown)) {
      // Nobody else commits it here, and nothing will.
      CHECK_FALSE(will_be);
      CHECK_FALSE(said_accepted_);
      failed_ = true;
    }
  }

  void one_event() {
    controller_.move();
    if (failed_) CHECK(controller_.at != state::committed);
    switch (random_.below(12)) {
      case 0:
        if (random_.below(8) == 0) user();
        break;
      case 1:
        if (writer_ == 1 && random_.below(40) == 0)
          take(machine_->on_writer_failed(
              random_.below(2) == 0 ? errc::segment_sealed : errc::retries_exhausted, at()));
        break;
      case 2:
        if (flushing_) flushed();
        break;
      case 3:
      case 4:
        answer_ping();
        break;
      case 5:
      case 6:
      case 7:
        answer_call();
        break;
      default:
        pass();
    }
  }

  void pass() {
    if (timers_.empty() || random_.below(3) == 0) {
      now_ += milliseconds{static_cast<std::int64_t>(random_.below(50))};
    } else {
      now_ = std::max(now_, *timers_.begin());
    }
    while (!timers_.empty() && *timers_.begin() <= now_) {
      timers_.erase(timers_.begin());
      take(machine_->on_wake(at()));
    }
  }

  void user() {
    switch (random_.below(5)) {
      case 0:
        return take(machine_->on_abort(caller(waits::abort), at()));
      case 1:
        return take(machine_->on_dropped(at()));
      case 2:
        return take(machine_->on_commit(caller(waits::accepted), true, at()));
      default:
        return take(machine_->on_commit(caller(waits::commit), false, at()));
    }
  }

  void flushed() {
    flushing_ = false;
    if (random_.below(5) == 0)
      return take(machine_->on_flushed(
          random_.below(2) == 0 ? errc::segment_not_found : errc::retries_exhausted, at()));
    flushed_ = true;
    take(machine_->on_flushed({}, at()));
  }

  void answer_ping() {
    if (pings_.empty()) return;
    auto which = pings_.begin();
    std::advance(which, static_cast<std::ptrdiff_t>(random_.below(pings_.size())));
    const auto serial = *which;
    pings_.erase(which);
    switch (random_.below(6)) {
      case 0:
        return take(machine_->on_pinged(serial, errc::controller_unreachable, at()));
      case 1:
        return take(machine_->on_pinged(
            serial,
            controller::transaction_pinged{random_.below(9) == 0
                                               ? ping_status::max_execution_time_exceeded
                                               : ping_status::disconnected},
            at()));
      default:
        return take(machine_->on_pinged(
            serial, controller::transaction_pinged{controller_.pinged()}, at()));
    }
  }

  /// True: the call had no effect, or its answer is lost.
  template <class Effect>
  result<controller::done> outcome_of(Effect effect) {
    const auto luck = random_.below(6);
    if (luck == 0) return errc::controller_unreachable;
    const auto got = (controller_.*effect)();
    if (luck == 1) return errc::deadline_exceeded;
    if (!got) return got.error();
    return controller::done{};
  }

  void answer_call() {
    if (calls_.empty()) return;
    const auto what = calls_.back();
    calls_.clear();
    if (what == "create") return created();
    if (what == "look_up") {
      if (random_.below(5) == 0) return take(machine_->on_looked_up(errc::server_error, at()));
      return take(machine_->on_looked_up(transaction_fixture::of_epoch(), at()));
    }
    if (what == "check") return checked();
    if (what == "commit") {
      const auto got = outcome_of(&model_controller::effect_of_commit);
      if (got) said_accepted_ = true;
      return take(machine_->on_commit_answer(got, at()));
    }
    take(machine_->on_abort_answer(outcome_of(&model_controller::effect_of_abort), at()));
  }

  void created() {
    const auto luck = random_.below(8);
    if (luck == 0) return take(machine_->on_created(errc::actor_terminated, at()));
    if (luck == 1) return take(machine_->on_created(errc::stream_sealed, at()));
    controller_.at = state::open;
    take(machine_->on_created(transaction_fixture::created(), at()));
  }

  void checked() {
    auto seen = controller_.at;
    const auto luck = random_.below(8);
    if (luck == 0) return take(machine_->on_checked(errc::controller_unreachable, at()));
    // An answer from before.
    if (luck == 1 && seen == state::committed) seen = state::committing;
    if (luck == 2 && seen == state::committing) seen = state::open;
    if (seen == state::committed) said_committed_ = true;
    const bool is_accepted = seen == state::committing || seen == state::committed;
    if (is_accepted && machine_->at() == phase::committing) said_accepted_ = true;
    take(machine_->on_checked(controller::transaction_checked{seen}, at()));
  }

  splitmix random_;
  bool resumed_;
  model_controller controller_;
  std::optional<m> machine_;
  time_point now_{seconds{1000}};
  std::uint64_t last_caller_ = 0;
  std::map<std::uint64_t, waits> waiting_;
  std::vector<std::string> calls_;
  std::set<std::uint64_t> pings_;
  std::multiset<time_point> timers_;
  /// 0: not open yet, 1: open, 2: ended.
  int writer_ = 0;
  bool flushing_ = false;
  bool flushed_ = false;
  bool said_accepted_ = false;
  bool said_committed_ = false;
  bool failed_ = false;
  int ends_ = 0;
};

}  // namespace

TEST_CASE("in 3000 random lives each caller gets one answer, and the answer is true",
          "[transaction_machine]") {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    INFO("seed " << seed);
    random_life{seed}.run();
  }
}
