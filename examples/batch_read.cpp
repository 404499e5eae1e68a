// Reads all events of a stream in parallel: one reader for each part.
#include <algorithm>
#include <iostream>
#include <thread>

#include "pravega_actor/client.hpp"
#include "pravega_sandbox/sandbox.hpp"

using namespace pravega_actor;

namespace {

const scoped_stream stream{"examples", "poem"};
constexpr int lines = 1000;

result<void> write_lines(client& pravega) {
  if (auto made = pravega.streams().ensure_scope(stream.scope); !made) return made.error();
  if (auto made = pravega.streams().ensure_stream(stream, fixed_segments(4)); !made)
    return made.error();
  auto writer = pravega.create_writer(stream);
  if (!writer) return writer.error();
  for (int i = 0; i < lines; ++i)
    if (auto ticket =
            writer->write(std::to_string(i), as_bytes("four words a line"), seconds{5});
        !ticket)
      return ticket.error();
  return writer->flush(seconds{5});
}

std::size_t words_in(byte_view line) {
  const auto text = as_text(line);
  return text.empty() ? 0 : 1 + std::count(text.begin(), text.end(), ' ');
}

// Could as well run in another process: a split is a value with a text and a binary form.
result<std::size_t> count_words(client pravega, const stream_split& split) {
  auto options = pravega.default_reader_options();
  options.start = std::vector{split};
  auto reader = pravega.create_reader(stream, options);
  if (!reader) return reader.error();
  std::size_t words = 0;
  for (;;) {
    auto item = reader->next(seconds{10});
    if (!item && item.error() == errc::end_of_segment) return words;
    if (!item) return item.error();
    if (!*item) return error{errc::deadline_exceeded, "no events"};
    if (const auto* slice = std::get_if<event_slice>(&**item))
      for (const auto event : *slice)
        words += words_in(event.payload);
  }
}

result<void> count_in_parallel(client& pravega) {
  if (auto written = write_lines(pravega); !written) return written;
  const auto found = pravega.streams().splits(stream);
  if (!found) return found.error();
  std::vector<result<std::size_t>> counts(found->splits.size(), std::size_t{0});
  std::vector<std::thread> readers;
  for (std::size_t i = 0; i < counts.size(); ++i)
    readers.emplace_back([&, i] { counts[i] = count_words(pravega, found->splits[i]); });
  for (auto& each : readers)
    each.join();
  std::size_t words = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (!counts[i]) return counts[i].error();
    std::cout << found->splits[i].to_string() << ": " << *counts[i] << " words\n";
    words += *counts[i];
  }
  std::cout << words << " words in all\n";
  return {};
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
  const auto outcome = pravega ? count_in_parallel(*pravega) : result<void>{pravega.error()};
  if (!outcome) std::cerr << outcome.error().to_string() << '\n';
  return outcome ? 0 : 1;
}
