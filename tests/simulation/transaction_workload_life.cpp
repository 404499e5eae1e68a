// One transaction in the simulated world: its events and its end, and what reports say of it.
#include "simulation/transaction_workload.hpp"

namespace simulation_tests {

using namespace pravega_actor;

// --- events ---------------------------------------------------------------------------------

// A payload is "transaction|key|number|filling".
bool transaction_workload::write_one(const one& to) {
  const bool keyed = !world_.chance(0.2);
  const auto key = keyed ? "key-" + std::to_string(world_.random() % 4) : std::string{};
  const auto pad = world_.chance(0.05) ? 3000 + world_.random() % 6000 : world_.random() % 100;
  const auto event = to->name + "|" + key + "|" + std::to_string(++events_written_) + "|" +
                     std::string(static_cast<std::size_t>(pad), 'x');
  history_.wrote(to->name, key, event);
  const auto done = [this, event, of = std::weak_ptr{to}](const write_result& got) {
    const auto writer = of.lock();
    if (got.outcome && writer && !writer->dead) history_.acknowledged(event);
  };
  const auto added = keyed ? to->handle.try_write(key, as_bytes(event), done)
                           : to->handle.try_write(as_bytes(event), done);
  if (added) {
    to->written.push_back(event);
    --to->events_left;
    return true;
  }
  history_.refused(event);
  if (added.error() == errc::would_block)
    to->handle.writer().when_writable(event.size(), [this, to] {
      world_.after(milliseconds{1}, [this, to] { write_some(to); });
    });
  else
    // The end says why.
    end(to);
  return false;
}

void transaction_workload::write_some(const one& to) {
  if (over_ || to->gone) return;
  auto burst = 1 + world_.random() % 4;
  while (to->events_left > 0 && burst-- > 0)
    if (!write_one(to)) return;
  if (to->events_left == 0) return end(to);
  const auto pause = world_.chance(0.1) ? world_.random() % 3000 : world_.random() % 60;
  world_.after(milliseconds{static_cast<std::int64_t>(pause)}, [this, to] { write_some(to); });
}

// --- the end --------------------------------------------------------------------------------

void transaction_workload::end(const one& what) {
  const auto choice = world_.random() % 20;
  if (what->leave_open && !what->only_ends && choice < 10) return leave(what);
  if (choice < 13) {
    // Sometimes twice, or against an abort, or in two processes.
    if (choice == 10) ask_for_commit(what, [](const result<void>&) {});
    if (choice == 12) {
      rivals_.insert(what->name);
      left_.push_back({what->id, true});
    }
    commit(what);
    if (choice == 11) ask_for_abort(what, [] {});
  } else if (choice < 16) {
    abort(what);
  } else if (choice < 18) {
    drop(what);
  } else {
    keep(what);
  }
}

// The lane goes on, unless its process has ended meanwhile.
void transaction_workload::finish(const one& what) {
  what->handle = {};
  if (what->gone) return;
  lanes_[what->lane].current = nullptr;
  later(what->lane);
}

// Once all is durable, another process may go on. Until then this one pings.
void transaction_workload::leave(const one& what) {
  what->handle.writer().flush_async([this, what](const result<void>&) {
    world_.after(milliseconds{1}, [this, what] {
      if (what->gone) return;
      world_.note(what->of->name + " leaves " + what->name);
      offer(what);
      if (world_.chance(0.5)) return keep(what);
      finish(what);
    });
  });
}

void transaction_workload::drop(const one& what) {
  ++counters_.dropped;
  world_.note(what->of->name + " drops " + what->name);
  if (what->leave_open)
    offer(what);
  else
    abort_asked_.insert(what->name);
  if (size_.calm && !what->leave_open)
    world_.after(seconds{5}, [this, name = what->name] {
      if (state_of(name) == transaction_state::open)
        complain(name + " was dropped, and is open");
    });
  finish(what);
}

void transaction_workload::keep(const one& what) {
  what->of->kept.push_back(what);
  lanes_[what->lane].current = nullptr;
  later(what->lane);
}

void transaction_workload::commit(const one& what) {
  ask_for_commit(what, [this, what](const result<void>& got) {
    // Later calls get the true answer.
    if (!got && got.error() == errc::outcome_unknown && ++what->commits < 4 && !over_ &&
        !what->gone)
      return world_.after(seconds{1}, [this, what] {
        if (!what->gone) commit(what);
      });
    finish(what);
  });
}

void transaction_workload::ask_for_commit(const one& what,
                                          std::function<void(const result<void>&)> then) {
  history_.commit_asked(what->name);
  const auto timeout = seconds{static_cast<std::int64_t>(1 + world_.random() % 40)};
  commit_options options;
  if (world_.chance(0.2)) options.wait_for = commit_wait::accepted;
  const bool accepted = options.wait_for == commit_wait::accepted;
  what->handle.commit_async(timeout, options,
                            [this, what, accepted, then](const result<void>& got) {
                              if (what->dead) return;
                              record_commit(what, accepted, got);
                              world_.after(microseconds{1}, [then, got] { then(got); });
                            });
}

void transaction_workload::abort(const one& what) {
  ask_for_abort(what, [this, what] { finish(what); });
}

void transaction_workload::ask_for_abort(const one& what, std::function<void()> then) {
  abort_asked_.insert(what->name);
  what->handle.abort_async(seconds{20}, [this, what, then](const result<void>& got) {
    if (what->dead) return;
    world_.note(what->name + (got ? " is aborted" : ": " + got.error().to_string()));
    if (got) {
      ++counters_.aborted;
      must_be(what->name, outcome::aborted);
    } else if (got.error() == errc::transaction_committed) {
      must_be(what->name, outcome::committed);
    }
    world_.after(microseconds{1}, then);
  });
}

// --- what reports say -----------------------------------------------------------------------

// It is on its way to this end, or there.
void transaction_workload::must_be(const std::string& name, outcome said) {
  history_.ended(name, said, false);
  const auto state = state_of(name);
  const bool commits =
      state == transaction_state::committing || state == transaction_state::committed;
  const bool aborts =
      state == transaction_state::aborting || state == transaction_state::aborted;
  const bool is_so = said == outcome::committed ? commits : aborts;
  if (!is_so && !deleted_)
    complain(name + " is reported as " + to_string(said) + ", and is " +
             std::string{to_string(state)});
}

bool transaction_workload::record_commit(const one& what, bool accepted_is_enough,
                                         const result<void>& got) {
  const auto& name = what->name;
  world_.note(name + (got ? " is committed" : ": " + got.error().to_string()));
  const auto is = [&](errc code) { return !got && got.error() == code; };
  if (got || is(errc::transaction_committed)) {
    ++counters_.committed;
    must_be(name, outcome::committed);
    if (!got) return true;
    history_.ended(name, outcome::committed, !accepted_is_enough);
    if (!accepted_is_enough && !deleted_ && state_of(name) != transaction_state::committed)
      complain(name + " is not complete");
    // Everything that was written before.
    for (const auto& each : what->written)
      history_.acknowledged(each);
    return true;
  }
  if (is(errc::outcome_unknown) || is(errc::actor_terminated) ||
      is(errc::transaction_not_found) || is(errc::cancelled) || is(errc::closed)) {
    ++counters_.unknown;
    if (is(errc::transaction_not_found) && !deleted_) complain(name + " was not found");
    history_.ended(name, outcome::unknown);
    return false;
  }
  ++counters_.aborted;
  if (is(errc::transaction_expired)) ++counters_.expired;
  if (is(errc::transaction_expired) || is(errc::transaction_aborted))
    must_be(name, outcome::aborted);
  else
    // It will not commit it any more, and will abort it.
    history_.ended(name, rivals_.contains(name) ? outcome::unknown : outcome::aborted);
  const bool by_nobody = is(errc::transaction_expired) ||
                         (is(errc::transaction_aborted) && !abort_asked_.contains(name));
  if (size_.calm && by_nobody && !sealed_)
    complain(name + " ended by itself: " + got.error().to_string());
  return true;
}

void transaction_workload::record_end(const transaction_ended& how) {
  const auto name = how.id.to_string();
  switch (how.how) {
    case transaction_end::committed:
      must_be(name, outcome::committed);
      history_.ended(name, outcome::committed, !how.why);
      break;
    case transaction_end::aborted:
    case transaction_end::expired:
      must_be(name, outcome::aborted);
      break;
    default:
      break;
  }
}

void transaction_workload::record_report(const transactional_close_report& report) {
  for (const auto& each : report.transactions)
    record_end(each);
}

}  // namespace simulation_tests
