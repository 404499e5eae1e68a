#include "demo/demo_transactions.hpp"

#include "common/report.hpp"

namespace pravega_actor::tool {

namespace {

constexpr seconds transaction_patience{60};

result<void> write_all(transaction& into, const std::vector<keyed_line>& lines,
                       std::string_view before) {
  std::string text;
  for (const auto& each : lines) {
    text.assign(before).append(each.line);
    auto ticket = into.write(each.key, as_bytes(text), transaction_patience);
    if (!ticket) return ticket.error();
  }
  return into.flush(transaction_patience);
}

}  // namespace

result<demo_transactions> run_demo_transactions(
    client& pravega, const scoped_stream& stream, const std::vector<keyed_line>& lines,
    const std::function<void(std::string)>& happened) {
  demo_transactions out;
  const auto count = counted(lines.size(), "line");
  PRAVEGA_ACTOR_LET(auto writer, pravega.open_transactional_writer(stream));
  PRAVEGA_ACTOR_LET(auto kept, writer.begin(transaction_patience));
  PRAVEGA_ACTOR_LET(auto dropped, writer.begin(transaction_patience));
  if (auto written = write_all(kept, lines, ""); !written) return written.error();
  if (auto written = write_all(dropped, lines, "aborted: "); !written) return written.error();
  if (auto aborted = dropped.abort(transaction_patience); !aborted) return aborted.error();
  out.aborted = lines.size();
  happened("aborted a transaction of " + count);
  if (auto committed = kept.commit(transaction_patience); !committed) return committed.error();
  out.committed = lines.size();
  happened("committed a transaction of " + count);
  out.done = true;
  return out;
}

}  // namespace pravega_actor::tool
