#include "hostile/hostile_world.hpp"

namespace pravega_actor::hostile {

namespace {

constexpr duration patience = seconds{200};
/// What has nothing to do with the hostile store is never held up.
constexpr duration honest_limit = seconds{5};

config quick() {
  config settings;
  settings.writer_recovery_timeout_ms = recovery_ms;
  settings.reader_recovery_timeout_ms = recovery_ms;
  return settings;
}

std::string first_segment(const scoped_stream& stream) {
  return segment{stream, {0, 0}}.to_string();
}

/// Equal neighbours count as one.
std::string joined(const std::vector<std::string>& codes) {
  std::string text;
  for (std::size_t i = 0; i < codes.size();) {
    std::size_t next = i;
    while (next < codes.size() && codes[next] == codes[i])
      ++next;
    text += (text.empty() ? "" : ", ") + std::to_string(next - i) + " " + codes[i];
    i = next;
  }
  return text;
}

}  // namespace

std::string event_text(int number) {
  return "event " + std::to_string(number);
}

std::vector<std::string> events(int first, int last) {
  std::vector<std::string> all;
  for (int i = first; i <= last; ++i)
    all.push_back(event_text(i));
  return all;
}

hostile_world::hostile_world() : world_{1, {}, {2}} {
  auto ports = world_.ports();
  port_ = std::make_shared<hostile_port>(world_, ports.connections);
  world_.create_stream(honest_, 1);
  world_.create_stream(hostile_, 1);
  REQUIRE(world_.move_segment(first_segment(hostile_), 0));
  REQUIRE(world_.move_segment(first_segment(honest_), 1));
  user_ = *make_client(world_.system(), quick(), {ports.env, port_, ports.controller});
  honest_writer_ = open_writer(honest_);
  check_honest_writer();
}

hostile_world::~hostile_world() {
  honest_writer_.reset();
  user_->close_async(seconds{1}, [](const client_close_report&) {});
  world_.run_for(seconds{60});
  user_.reset();
  world_.run_for(seconds{400});
  CHECK(world_.open_connections() == 0);
}

event_writer hostile_world::open_writer(const scoped_stream& stream) {
  auto opened = std::make_shared<std::optional<result<event_writer>>>();
  user_->create_writer_async(
      stream, user_->default_writer_options(),
      [opened](result<event_writer> got) { opened->emplace(std::move(got)); });
  REQUIRE(world_.run_until([&] { return opened->has_value(); }, patience));
  REQUIRE(opened->value().has_value());
  return std::move(**opened->operator->());
}

void hostile_world::write_some(event_writer& to, int first, int last, verdict& out) {
  const auto told = [this, &out](const write_result& ended) {
    codes_.push_back(ended.outcome ? "ok"
                                   : std::string{to_string(ended.outcome.error().code())});
    if (!ended.outcome && out.why.empty()) out.why = ended.outcome.error().detail();
  };
  for (int i = first; i <= last; ++i)
    if (!to.try_write("key", as_bytes(event_text(i)), told)) codes_.push_back("refused");
}

void hostile_world::check_honest_writer() {
  verdict ignored;
  codes_.clear();
  write_some(*honest_writer_, honest_written_ + 1, honest_written_ + 5, ignored);
  honest_written_ += 5;
  CHECK(world_.run_until([&] { return codes_.size() == 5; }, honest_limit));
  CHECK(joined(codes_) == "5 ok");
  CHECK(world_.events_of(first_segment(honest_)) == events(1, honest_written_));
}

verdict hostile_world::write(const attack& chosen, std::size_t strikes_max) {
  port_->arm(chosen, strikes_max);
  verdict out;
  codes_.clear();
  const auto begin = world_.now();
  auto writer = open_writer(hostile_);
  write_some(writer, 1, events_per_run / 2, out);
  world_.run_for(milliseconds{100});
  write_some(writer, events_per_run / 2 + 1, events_per_run, out);
  const auto all = [&] { return codes_.size() == std::size_t{events_per_run}; };
  (void)world_.run_until(all, patience);
  out.took = world_.now() - begin;
  out.outcomes = joined(codes_);
  if (!all())
    out.outcomes += (codes_.empty() ? "" : ", ") +
                    std::to_string(events_per_run - static_cast<int>(codes_.size())) + " wait";
  out.stored = world_.events_of(first_segment(hostile_));
  out.connections = port_->attacked();
  CHECK(port_->strikes() > 0);
  check_honest_writer();
  writer = {};
  // Outcomes that come later belong to nobody.
  user_->close_async(seconds{1}, [](const client_close_report&) {});
  world_.run_for(seconds{30});
  return out;
}

result<stream_reader> hostile_world::begin_to_read(const scoped_stream& stream,
                                                   read_start start) {
  reader_options options;
  options.start = std::move(start);
  auto opened = std::make_shared<std::optional<result<stream_reader>>>();
  user_->create_reader_async(stream, options, [opened](result<stream_reader> got) {
    opened->emplace(std::move(got));
  });
  REQUIRE(world_.run_until([&] { return opened->has_value(); }, patience));
  return std::move(**opened);
}

stream_reader hostile_world::open_reader(const scoped_stream& stream) {
  auto opened = begin_to_read(stream, read_from_head{});
  REQUIRE(opened.has_value());
  return std::move(*opened);
}

verdict hostile_world::take(stream_reader& from, duration limit) {
  verdict out;
  const auto begin = world_.now();
  const auto look = [&] {
    for (auto item = from.try_next();; item = from.try_next()) {
      if (!item) {
        out.outcomes = to_string(item.error().code());
        out.why = item.error().detail();
        return true;
      }
      if (!*item) break;
      if (const auto* slice = std::get_if<event_slice>(&**item))
        for (const auto& event : *slice)
          out.stored.emplace_back(as_text(event.payload));
      else if (std::holds_alternative<segment_gap>(**item))
        ++out.gaps;
      out.took = world_.now() - begin;
    }
    return out.stored.size() >= std::size_t{events_per_run};
  };
  if (world_.run_until(look, limit)) {
    out.took = world_.now() - begin;
    if (out.outcomes.empty()) out.outcomes = "all";
  } else {
    out.outcomes = "waits";
  }
  return out;
}

void hostile_world::check_honest_reader() {
  auto reader = open_reader(honest_);
  const auto got = take(reader, honest_limit);
  CHECK(got.stored == events(1, honest_written_));
  reader.close();
}

void hostile_world::write_honestly(int last) {
  verdict ignored;
  codes_.clear();
  auto writer = open_writer(hostile_);
  write_some(writer, 1, last, ignored);
  REQUIRE(world_.run_until([&] { return codes_.size() == static_cast<std::size_t>(last); },
                           honest_limit));
}

verdict hostile_world::open_at_tail(const attack& chosen, std::size_t strikes_max) {
  write_honestly(events_per_run);
  world_.run_for(seconds{5});
  port_->arm(chosen, strikes_max);
  verdict out;
  const auto begin = world_.now();
  auto opened = begin_to_read(hostile_, read_from_tail{});
  out.took = world_.now() - begin;
  out.outcomes = opened ? "opened" : std::string{to_string(opened.error().code())};
  if (!opened) out.why = opened.error().detail();
  out.connections = port_->attacked();
  CHECK(port_->strikes() > 0);
  check_honest_reader();
  check_honest_writer();
  if (opened) opened->close();
  return out;
}

verdict hostile_world::read(const attack& chosen, std::size_t strikes_max) {
  write_honestly(events_per_run);
  world_.run_for(seconds{5});
  port_->arm(chosen, strikes_max);
  auto reader = open_reader(hostile_);
  auto out = take(reader, seconds{60});
  out.connections = port_->attacked();
  CHECK(port_->strikes() > 0);
  check_honest_reader();
  check_honest_writer();
  reader.close();
  return out;
}

}  // namespace pravega_actor::hostile
