// Publishes the lines of an order all together, or not at all.
#include <array>
#include <iostream>
#include <string>

#include "pravega_actor/client.hpp"
#include "pravega_sandbox/sandbox.hpp"

using namespace pravega_actor;

namespace {

const scoped_stream stream{"examples", "orders"};
constexpr std::array<std::string_view, 3> lines{"2 x tea", "1 x cup", "1 x spoon"};

result<void> prepare(const client& pravega) {
  if (auto made = pravega.streams().ensure_scope(stream.scope); !made) return made.error();
  auto made = pravega.streams().ensure_stream(stream, fixed_segments(2));
  return made ? result<void>{} : result<void>{made.error()};
}

result<void> write_lines(transaction& order, const std::string& customer) {
  for (const auto line : lines)
    if (auto ticket = order.write(customer, as_bytes(line), seconds{5}); !ticket)
      return ticket.error();
  return {};
}

// The second customer changes their mind.
result<void> take_orders(client& pravega) {
  if (auto made = prepare(pravega); !made) return made;
  auto writer = pravega.open_transactional_writer(stream);
  if (!writer) return writer.error();
  auto kept = writer->begin(seconds{10});
  if (!kept) return kept.error();
  auto cancelled = writer->begin(seconds{10});
  if (!cancelled) return cancelled.error();
  if (auto written = write_lines(*kept, "ann"); !written) return written;
  if (auto written = write_lines(*cancelled, "bob"); !written) return written;
  if (auto aborted = cancelled->abort(seconds{10}); !aborted) return aborted;
  if (auto committed = kept->commit(seconds{30}); !committed) return committed;
  std::cout << "committed " << kept->id().to_string() << '\n';
  const auto late = kept->write("ann", as_bytes("1 x sugar"), seconds{1});
  std::cout << "another line: " << (late ? "taken" : late.error().summary()) << '\n';
  return {};
}

// Reads what is in the stream; nothing of the cancelled order is.
result<int> count_lines(client& pravega) {
  auto reader = pravega.create_reader(stream, pravega.default_reader_options());
  if (!reader) return reader.error();
  int count = 0;
  while (count < static_cast<int>(lines.size())) {
    auto item = reader->next(seconds{10});
    if (!item) return item.error();
    if (!*item) return error{errc::deadline_exceeded, "a line is missing"};
    if (const auto* slice = std::get_if<event_slice>(&**item))
      for (const auto event : *slice) {
        std::cout << as_text(event.payload) << '\n';
        ++count;
      }
  }
  return count;
}

result<void> run(client& pravega) {
  if (auto taken = take_orders(pravega); !taken) return taken;
  const auto count = count_lines(pravega);
  if (!count) return count.error();
  if (*count == static_cast<int>(lines.size())) return {};
  return error{errc::internal_error, "the stream has lines of the cancelled order"};
}

}  // namespace

int main(int argc, char** argv) {
  auto server = pravega_sandbox::sandbox::start();
  config settings;
  if (argc > 1)
    settings.controller_uri = argv[1];
  else if (server)
    settings.controller_uri = (*server)->controller_uri();
  auto pravega = client::create(settings);
  const auto outcome = pravega ? run(*pravega) : result<void>{pravega.error()};
  if (!outcome) std::cerr << outcome.error().to_string() << '\n';
  return outcome ? 0 : 1;
}
