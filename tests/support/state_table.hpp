// A table of states in the documentation, as tests compare it with a machine.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

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

/// Calls `check(row, stimulus)` for each row of the table, with what `stimuli`, a map, have for
/// its event. A row without a stimulus is a failure, and so is a stimulus without a row.
template <class Stimuli, class Check>
void check_rows(const state_table& table, const Stimuli& stimuli, const Check& check) {
  std::set<std::string> rows;
  for (const auto& row : table.rows) {
    CAPTURE(row.event);
    rows.insert(row.event);
    const auto how = stimuli.find(row.event);
    REQUIRE(how != stimuli.end());
    check(row, how->second);
  }
  for (const auto& [event, how] : stimuli) {
    CAPTURE(event);
    CHECK(rows.count(event) == 1);
  }
}
/// Calls `check(state, cell, stimulus)` for each cell in the same way.
template <class Stimuli, class Check>
void check_cells(const state_table& table, const Stimuli& stimuli, const Check& check) {
  check_rows(table, stimuli, [&](const state_table::row& row, const auto& how) {
    REQUIRE(row.cells.size() == table.states.size());
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      CAPTURE(table.states[i], row.cells[i]);
      check(table.states[i], row.cells[i], how);
    }
  });
}

}  // namespace pravega_actor::test
