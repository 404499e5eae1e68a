// The demo's work: a file through a stream while connections are cut, segments split and merged
// and an actor killed, its last lines in a transaction; read back and checked.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <vector>

#include "common/line_check.hpp"
#include "demo/demo_file.hpp"
#include "demo/demo_readers.hpp"
#include "demo/demo_scaling.hpp"
#include "demo/demo_story.hpp"
#include "demo/demo_target.hpp"
#include "demo/demo_transactions.hpp"

namespace pravega_actor::tool {

inline constexpr const char* demo_lineage_default = "demo-lineage.svg";

struct demo_options {
  std::string file;
  double seconds = 20;
  std::size_t cuts = 6;
  std::size_t splits = 2;
  std::size_t merges = 1;
  /// Segment writers that are killed.
  std::size_t kills = 1;
  std::size_t readers = 3;
  /// Readers that are killed.
  std::size_t reader_kills = 1;
  std::int32_t segments = 4;
  key_options key;
  bool keep = false;
  /// Show the supervision tree and the writer's segments.
  bool watch_status = false;
  /// Where the stream's history is drawn; "": nowhere.
  std::string lineage = demo_lineage_default;
};

/// What can be shown while the demo runs.
struct demo_progress {
  double seconds = 0;
  std::uint64_t lines = 0;
  std::uint64_t written = 0;
  std::uint64_t durable = 0;
  std::uint64_t read = 0;
  std::uint64_t bytes = 0;
  std::size_t cuts = 0;
  std::size_t connections_cut = 0;
  std::uint64_t reconnects = 0;
  std::size_t splits = 0;
  std::size_t merges = 0;
  std::size_t killed = 0;
  std::uint64_t restarts = 0;
  std::size_t readers_killed = 0;
  std::vector<reader_tally> readers;
  demo_transactions transactions;
  writer_status writer;
  /// Empty unless the status is watched.
  std::vector<actor_line> actors;
  /// The latest last.
  std::vector<happening> happenings;
};

struct demo_report {
  demo_progress end;
  line_findings found;
  /// The stream's history.
  stream_lineage lineage;
  /// How long writing took.
  double seconds = 0;
  bool stopped = false;
  /// Every split, merge and kill that was wanted was made, of readers as well, and the
  /// transactions ended as they should.
  bool complete = false;
  /// Everything that was written is durable and was read back as it should be.
  [[nodiscard]] bool held() const noexcept {
    return found.clean() && end.written == end.read && end.durable == end.written &&
           (stopped || (complete && end.written == end.lines));
  }
};

class demo_view;

/// One run; use once.
class demo_run {
 public:
  demo_run(demo_target& target, const demo_options& options, demo_file file, key_rule rule,
           scoped_stream stream);
  ~demo_run();

  /// Creates the stream, writes, cuts, reads and checks; shows progress in `view`.
  [[nodiscard]] result<demo_report> run(demo_view& view);

  [[nodiscard]] std::size_t keys() const noexcept { return check_.keys(); }
  [[nodiscard]] const scoped_stream& stream() const noexcept { return stream_; }
  /// Only after `run`.
  [[nodiscard]] const scoped_group& group() const noexcept { return readers_->group(); }

 private:
  [[nodiscard]] result<void> prepare();
  [[nodiscard]] result<void> write_paced(demo_view& view);
  [[nodiscard]] result<void> write_due(std::uint64_t due);
  void cut_if_due();
  void kill_if_due();
  void kill_reader_if_due();
  /// Lines that may be written by now: some of the last wait until everything else is done.
  [[nodiscard]] std::uint64_t due() const;
  /// Cuts, splits, merges or kills are still to come.
  [[nodiscard]] bool more_to_do() const;
  [[nodiscard]] result<void> wait_until_durable(demo_view& view);
  [[nodiscard]] result<void> write_transactions();
  [[nodiscard]] result<void> wait_until_read(demo_view& view, stream_lineage& lineage);
  [[nodiscard]] static bool stands_still(time_point moved);
  [[nodiscard]] error stopped_early() const;
  void on_event(const library_event& event);
  void happened(tone meaning, std::string what);
  void happened_to(tone meaning, const std::string& what, std::int64_t segment);
  [[nodiscard]] double elapsed_s() const;
  [[nodiscard]] demo_progress progress();

  demo_target& target_;
  const demo_options& options_;
  const demo_file file_;
  const key_rule rule_;
  const scoped_stream stream_;
  std::vector<std::string_view> keys_;
  line_check check_;
  event_writer writer_;
  std::optional<demo_scaling> scaling_;
  std::atomic<time_point> begin_{};
  std::uint64_t subscription_ = 0;
  bool subscribed_ = false;

  /// Lines that are not written in a transaction.
  const std::uint64_t paced_lines_;
  demo_transactions transactions_;
  std::uint64_t written_ = 0;
  std::uint64_t bytes_ = 0;
  std::size_t cuts_ = 0;
  std::size_t connections_cut_ = 0;
  std::size_t kills_ordered_ = 0;
  std::size_t readers_killed_ = 0;
  double last_push_s_ = 0;

  demo_story story_;
  std::mutex mutex_;
  std::uint64_t reconnects_ = 0;
  std::uint64_t restarts_ = 0;
  /// Tells the story and the check what happens; so it ends before them.
  std::optional<demo_readers> readers_;
};

}  // namespace pravega_actor::tool
