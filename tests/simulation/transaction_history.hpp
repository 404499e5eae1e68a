// What transactional writers were told and what readers saw, and whether it fits together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace simulation_tests {

/// Records the events of transactions, each with a text of its own, and the reports about each
/// transaction. Then it judges what readers saw. Its verdicts:
///
/// - torn: some durable events of a transaction are read, others are not;
/// - doubled: an event is read twice by one reader;
/// - resurrected: an event of an aborted transaction is read;
/// - lost: a committed transaction is not read;
/// - early: an event is read before anybody asked for the commit;
/// - reordered: events of one key in another order than they were written in one transaction
///   (the first of them durable: a dead process may leave others on their way), or than
///   transactions were committed one after the other.
///
/// A transaction whose outcome is unknown is there as a whole, or not at all.
class transaction_history {
 public:
  enum class outcome : std::uint8_t {
    /// Nobody has asked for an end.
    open,
    unknown,
    committed,
    aborted
  };

  void wrote(const std::string& transaction, const std::string& key, const std::string& event);
  /// The writer refused the event.
  void refused(const std::string& event);
  /// The event is durable in its transaction. Without that, it may be missing in a transaction
  /// that another process commits.
  void acknowledged(const std::string& event);
  void commit_asked(const std::string& transaction);
  /// A later report replaces `open` and `unknown`. Two that differ are a contradiction.
  /// `complete`: all of it is in the stream, so transactions whose commit is asked for later
  /// come after it. It may be said later than the outcome.
  void ended(const std::string& transaction, outcome how, bool complete = true);
  /// A reader got an event: in the order of reading.
  void saw(const std::string& reader, const std::string& event);
  /// The reader begins anew.
  void forget(const std::string& reader);

  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] std::size_t count(outcome how) const;
  [[nodiscard]] outcome of(const std::string& transaction) const;
  /// Somebody has asked for the commit.
  [[nodiscard]] bool was_asked(const std::string& transaction) const;
  /// Reports that do not fit together, and events that were read too early.
  [[nodiscard]] const std::vector<std::string>& contradictions() const noexcept {
    return contradictions_;
  }
  /// What is wrong, if this reader has read everything.
  [[nodiscard]] std::vector<std::string> check(const std::string& reader) const;

 private:
  struct written {
    std::string transaction;
    std::string key;
    std::uint64_t number = 0;
    bool durable = false;
  };
  struct life {
    std::vector<std::string> events;
    outcome how = outcome::open;
    /// Places in the order of all reports; 0: never.
    std::uint64_t asked = 0;
    std::uint64_t committed = 0;
  };
  using texts = std::vector<std::string>;

  void check_whole(const std::string& name, const life& one,
                   const std::map<std::string, std::size_t>& times, texts& found) const;
  void check_order(const texts& seen, texts& found) const;
  [[nodiscard]] bool precedes(const written& first, const written& second) const;

  std::map<std::string, written> events_;
  std::map<std::string, life> lives_;
  std::map<std::string, texts> seen_;
  texts contradictions_;
  std::uint64_t clock_ = 0;
  std::uint64_t numbers_ = 0;
};

[[nodiscard]] const char* to_string(transaction_history::outcome how) noexcept;

}  // namespace simulation_tests
