// A small billing service of two actors, for simulated_application.cpp: it reads orders and
// writes an invoice for each. It promises that no order stays without an invoice and that the
// invoices of a customer are in order. An invoice may come twice: a billing actor that dies
// leaves items behind that it has not released. Three bugs can be planted in it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/actors.hpp"

namespace shop {

using pravega_actor::as_text, pravega_actor::await_credit, pravega_actor::client_actor,
    pravega_actor::close_reader, pravega_actor::create_reader, pravega_actor::create_writer,
    pravega_actor::credit, pravega_actor::errc, pravega_actor::event_written,
    pravega_actor::event_writer_handle, pravega_actor::gap_delivered,
    pravega_actor::items_released, pravega_actor::milliseconds, pravega_actor::read_demand,
    pravega_actor::read_start, pravega_actor::reader_closed, pravega_actor::reader_ended,
    pravega_actor::reader_opened, pravega_actor::reader_options,
    pravega_actor::reader_subscriber, pravega_actor::release_through,
    pravega_actor::scoped_stream, pravega_actor::segment_ended, pravega_actor::slice_delivered,
    pravega_actor::stream_reader_handle, pravega_actor::subscribe_reader,
    pravega_actor::use_credit, pravega_actor::write_event, pravega_actor::writer_opened,
    pravega_actor::writer_options;

enum class bug : std::uint8_t {
  none,
  /// After a refusal it continues with credit, but does not write the refused invoices again.
  forgets_refused,
  /// It releases an item before the invoices are durable.
  releases_early,
  /// It takes the end of the reader for the end of the orders, without a look at the outcome.
  ignores_outcome,
};

inline const scoped_stream orders{"shop", "orders"};
inline const scoped_stream invoices{"shop", "invoices"};
inline const std::string invoice_for = "invoice for ";

/// Says whether billing dies at a place, so that a test can kill it in the middle of its work;
/// empty: never.
using places_to_die = std::function<bool(std::string_view)>;

/// From billing to the office: every order has a durable invoice.
using all_billed = caf::atom_constant<caf::atom("all billed")>;
/// From billing to the office: the reader failed.
using reader_failed = caf::atom_constant<caf::atom("no reader")>;
/// From billing to the office, with the reason: the writer failed, which the scenario does not
/// expect.
using writer_failed = caf::atom_constant<caf::atom("no writer")>;

// --- billing: an invoice for each order -----------------------------------------------------

struct billing_state {
  caf::actor office;
  event_writer_handle writer;
  stream_reader_handle reader;
  bug planted = bug::none;
  places_to_die dies;

  struct order {
    std::uint64_t item = 0;
    std::string customer;
    std::string text;
  };
  /// Orders whose invoices are not known to be durable, by a number of their own.
  std::map<std::uint64_t, order> open;
  std::uint64_t next_number = 0;
  /// Refusals that were handled. Refusals of what was sent before the last one are old.
  std::uint32_t refusals = 0;
  /// It waits for credit. New orders wait, too: sent now, they would be refused once more.
  bool refused = false;
  std::uint32_t releases_open = 0;
  bool orders_ended = false;
  const char* name = "billing";
};
/// A typed actor may not `send` to one without a type, such as the office: it uses `anon_send`.
using billing = reader_subscriber::stateful_pointer<billing_state>;

inline bool dies(billing self, std::string_view place) {
  if (!self->state.dies || !self->state.dies(place)) return false;
  self->quit(caf::exit_reason::kill);
  return true;
}

inline void report_end(billing self) {
  const auto& state = self->state;
  if (state.orders_ended && state.open.empty() && state.releases_open == 0)
    caf::anon_send(state.office, all_billed::value);
}

inline void release(billing self, std::uint64_t item) {
  ++self->state.releases_open;
  self->request(self->state.reader, caf::infinite, release_through{item})
      .then(
          [self](const items_released&) {
            --self->state.releases_open;
            self->send(self->state.reader, read_demand{});
            report_end(self);
          },
          [self](const caf::error&) { self->quit(); });
}

// Answers come in the order of writing, so items are complete in the order of their numbers.
inline void on_durable(billing self, std::uint64_t number) {
  auto& open = self->state.open;
  const auto found = open.find(number);
  if (found == open.end()) return;
  const auto item = found->second.item;
  open.erase(found);
  for (const auto& [other, order] : open)
    if (order.item == item) return;
  if (self->state.planted == bug::releases_early) return report_end(self);
  if (!dies(self, "before the release")) release(self, item);
}

inline void write(billing self, std::uint64_t number);

// Everything after the first refused invoice is refused, too, until the credit is used.
inline void on_refused(billing self, std::uint64_t first) {
  const auto before = ++self->state.refusals;
  self->state.refused = true;
  self->request(self->state.writer, caf::infinite, await_credit{100})
      .then(
          [self, first, before](const credit& granted) {
            auto& state = self->state;
            if (before != state.refusals) return;
            if (!granted.outcome)
              return caf::anon_send(state.office, writer_failed::value,
                                    granted.outcome.error().to_string());
            self->send(state.writer, use_credit{granted.number});
            state.refused = false;
            std::vector<std::uint64_t> again;
            for (auto at = state.open.lower_bound(first); at != state.open.end(); ++at)
              again.push_back(at->first);
            for (const auto number : again)
              if (state.planted == bug::forgets_refused)
                on_durable(self, number);
              else
                write(self, number);
          },
          [self](const caf::error&) { self->quit(); });
}

inline void write(billing self, std::uint64_t number) {
  auto& state = self->state;
  const auto& order = state.open.at(number);
  self->request(state.writer, caf::infinite,
                write_event{invoice_for + order.text, order.customer})
      .then(
          [self, number, before = state.refusals](const event_written& written) {
            const auto& outcome = written.outcome.outcome;
            if (outcome) return on_durable(self, number);
            if (!(outcome.error() == errc::would_block))
              return caf::anon_send(self->state.office, writer_failed::value,
                                    outcome.error().to_string());
            if (before == self->state.refusals) on_refused(self, number);
          },
          [self](const caf::error&) { self->quit(); });
}

inline void on_slice(billing self, const slice_delivered& got) {
  auto& state = self->state;
  if (state.planted == bug::releases_early) release(self, got.number);
  for (const auto event : got.slice) {
    if (dies(self, "before a write")) return;
    const std::string text{as_text(event.payload)};
    const auto number = state.next_number++;
    state.open[number] = {got.number, text.substr(0, text.find(':')), text};
    if (!state.refused) write(self, number);
  }
}

inline void on_reader_ended(billing self, const reader_ended& over) {
  auto& state = self->state;
  if (over.outcome || state.planted == bug::ignores_outcome) {
    state.orders_ended = true;
    return report_end(self);
  }
  caf::anon_send(state.office, reader_failed::value);
  self->quit();  // what is not released comes again, from the next reader
}

inline reader_subscriber::behavior_type billing_actor(billing self, const caf::actor& office,
                                                      const event_writer_handle& writer,
                                                      const stream_reader_handle& reader,
                                                      bug planted, const places_to_die& dies) {
  self->state.office = office;
  self->state.writer = writer;
  self->state.reader = reader;
  self->state.planted = planted;
  self->state.dies = dies;
  self->send(reader, subscribe_reader{self, 4});
  return {
      [self](const slice_delivered& got) { on_slice(self, got); },
      // Ends and gaps are released with the next slice.
      [](const segment_ended&) {},
      [](const gap_delivered&) {},
      [self](const reader_ended& over) { on_reader_ended(self, over); },
  };
}

// --- the office: owns reader and writer, restarts billing, replaces a failed reader ---------

/// What the application shows to the outside.
struct office_report {
  bool all_billed = false;
  std::string failure;
  std::uint32_t restarts = 0;
  std::uint32_t readers = 0;
};

struct office_state {
  client_actor pravega;
  std::shared_ptr<office_report> report;
  bug planted = bug::none;
  places_to_die dies;
  event_writer_handle writer;
  stream_reader_handle reader;
  read_start start;
  /// An address would not do: CAF ends an actor that nobody refers to.
  reader_subscriber billing;
  const char* name = "office";
};
using office = caf::stateful_actor<office_state>;

/// Opens again what could not be opened: the controller may be away.
inline constexpr milliseconds pause{100};
using try_writer = caf::atom_constant<caf::atom("writer")>;
using try_reader = caf::atom_constant<caf::atom("reader")>;

inline void start_billing(office* self) {
  const auto& state = self->state;
  self->state.billing = self->spawn<caf::monitored>(
      billing_actor, caf::actor{self}, state.writer, state.reader, state.planted, state.dies);
}

inline void open_reader(office* self) {
  reader_options options;
  options.start = self->state.start;
  self->request(self->state.pravega, caf::infinite, create_reader{orders, options})
      .then(
          [self](const reader_opened& opened) {
            if (!opened.reader) return self->delayed_send(self, pause, try_reader::value);
            self->state.reader = *opened.reader;
            ++self->state.report->readers;
            start_billing(self);
          },
          [self](const caf::error& gone) { self->quit(gone); });
}

inline void open_writer(office* self) {
  writer_options options;
  options.outstanding_events_max = 20;
  self->request(self->state.pravega, caf::infinite, create_writer{invoices, options})
      .then(
          [self](const writer_opened& opened) {
            if (!opened.writer) return self->delayed_send(self, pause, try_writer::value);
            self->state.writer = *opened.writer;
            open_reader(self);
          },
          [self](const caf::error& gone) { self->quit(gone); });
}

// A failed reader is closed, and a new one continues after everything that was released.
inline void replace_reader(office* self) {
  self->request(self->state.reader, caf::infinite, close_reader{})
      .then(
          [self](const reader_closed& closed) {
            self->state.start = closed.position;
            open_reader(self);
          },
          [self](const caf::error& gone) { self->quit(gone); });
}

inline caf::behavior office_actor(office* self, const client_actor& pravega,
                                  const std::shared_ptr<office_report>& report, bug planted,
                                  const places_to_die& dies) {
  self->state.pravega = pravega;
  self->state.report = report;
  self->state.planted = planted;
  self->state.dies = dies;
  self->set_down_handler([self](const caf::down_msg& down) {
    if (down.source != self->state.billing.address() || down.reason == caf::exit_reason::normal)
      return;
    ++self->state.report->restarts;
    start_billing(self);
  });
  open_writer(self);
  return {
      [self](try_writer) { open_writer(self); },
      [self](try_reader) { open_reader(self); },
      [self](reader_failed) { replace_reader(self); },
      [self](all_billed) { self->state.report->all_billed = true; },
      [self](writer_failed, const std::string& why) { self->state.report->failure = why; },
  };
}

}  // namespace shop
