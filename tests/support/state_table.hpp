// A table of states in the documentation, as tests compare it with a machine.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pravega_actor::test {

/// Rows are events, columns are states.
struct state_table {
  struct row {
    std::string event;
    /// One for each state. Empty: the table does not say.
    std::vector<std::string> cells;
  };
  std::vector<std::string> states;
  std::vector<row> rows;
  /// What the text below the table says of words in italics: for "*failure*: ..." each run of
  /// actions that leads to a state, for example "!disconnect !arm_backoff → waiting". A cell
  /// with the word means the last one.
  std::map<std::string, std::vector<std::string>> words;
};

/// The first table below the heading "## <heading>" in a file of the project, and the text up
/// to the next heading. A cell without text means the same as the one before it.
[[nodiscard]] state_table read_state_table(const std::string& file, const std::string& heading);

/// What happens in a cell, without its prose.
struct cell_meaning {
  /// With their arguments: "!publish connected !resume". Words are replaced by what they mean;
  /// one that the text does not explain means nothing.
  std::string actions;
  /// The state that follows; empty: the same as before.
  std::string next;
  /// Of a word: "uncertain" of "*end (uncertain)*", "connection_lost" of "*end*
  /// connection_lost".
  std::string qualifier;
};
/// `argument_of`: actions whose name is followed by a word that counts.
[[nodiscard]] cell_meaning meaning_of(const state_table& table, std::string_view cell,
                                      const std::vector<std::string>& argument_of);

/// The parts of a cell: what happens usually, and what happens "; if <condition>: ...".
[[nodiscard]] std::string_view usual_part(std::string_view cell);
[[nodiscard]] std::string_view part_if(std::string_view cell, std::string_view condition);

}  // namespace pravega_actor::test
