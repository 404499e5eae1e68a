#include "support/state_table.hpp"

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

#include "support/source_paths.hpp"

namespace pravega_actor::test {

namespace {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream text{line.substr(1)};
  for (std::string cell; std::getline(text, cell, '|');)
    cells.push_back(trimmed(cell));
  return cells;
}

// The lines of a section; those of a list or paragraph are joined.
std::vector<std::string> section(const std::string& file, const std::string& heading) {
  std::ifstream in{std::string{source_dir} + "/" + file};
  std::vector<std::string> lines;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("## ", 0) == 0) inside = line == "## " + heading;
    if (inside) lines.push_back(line);
  }
  return lines;
}

void add_row(state_table& to, const std::string& line) {
  auto cells = cells_of(line);
  state_table::row row{cells.front(), {cells.begin() + 1, cells.end()}};
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    auto& cell = row.cells[i];
    if (cell.empty() && i > 0) cell = row.cells[i - 1];
    if (cell.rfind('(', 0) == 0) cell.clear();
  }
  to.rows.push_back(std::move(row));
}

// "*failure*: if ...: *end* with ... Else !disconnect !arm_backoff → waiting." gives the run.
void add_word(state_table& to, const std::string& text) {
  static const std::regex head{R"(^(?:- )?\*([a-z ]+)\*:)"};
  static const std::regex run{R"((?:![a-z_]+ (?:[a-z]+ )?)+→ [a-z]+)"};
  std::smatch word;
  if (!std::regex_search(text, word, head)) return;
  for (std::sregex_iterator at{text.begin(), text.end(), run}, end; at != end; ++at)
    to.words[word[1]].push_back(at->str());
}

bool contains(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

void append(std::string& to, const std::string& what) {
  if (!to.empty() && !what.empty()) to += ' ';
  to += what;
}

// The longest state that the text begins with.
std::string state_in(const state_table& table, const std::string& text) {
  std::string found = "(unknown state)";
  std::size_t longest = 0;
  for (const auto& state : table.states)
    if (text.rfind(state, 0) == 0 && state.size() > longest) {
      found = state;
      longest = state.size();
    }
  return found;
}

}  // namespace

state_table read_state_table(const std::string& file, const std::string& heading) {
  state_table table;
  std::string paragraph;
  bool over = false;
  for (const auto& line : section(file, heading)) {
    const bool of_table = !line.empty() && line.front() == '|';
    if (of_table && table.states.empty()) {
      const auto cells = cells_of(line);
      table.states.assign(cells.begin() + 1, cells.end());
    } else if (of_table && !over && line.rfind("|---", 0) != 0) {
      add_row(table, line);
    }
    over = over || (!of_table && !table.rows.empty());
    if (!over) continue;
    if (line.empty() || line.rfind("- ", 0) == 0) {
      add_word(table, paragraph);
      paragraph.clear();
    }
    append(paragraph, trimmed(line));
  }
  add_word(table, paragraph);
  return table;
}

cell_meaning meaning_of(const state_table& table, std::string_view cell,
                        const std::vector<std::string>& argument_of) {
  // A word, an action, a state, a remark.
  static const std::regex token{R"(\*([a-z]+)(?: \(([a-z]+)\))?\*(?: ([a-z]+_[a-z_]+))?)"
                                R"(|!([a-z_]+)(?: \(?([a-z_]+)\)?)?)"
                                R"(|→ ([a-z_ ]+))"
                                R"(|\([^)]*\))"};
  cell_meaning out;
  const std::string text{cell};
  auto rest = text;
  std::smatch found;
  while (std::regex_search(rest, found, token)) {
    std::size_t taken = static_cast<std::size_t>(found.position() + found.length());
    if (found[1].matched) {
      const auto word = table.words.find(found[1]);
      cell_meaning of_word;
      if (word != table.words.end())
        of_word = meaning_of(table, word->second.back(), argument_of);
      append(out.actions, of_word.actions);
      out.next = of_word.next;
      out.qualifier = found[2].matched ? found[2].str() : found[3].str();
    } else if (found[4].matched) {
      append(out.actions, "!" + found[4].str());
      if (found[5].matched && contains(argument_of, found[4]))
        out.actions += " " + found[5].str();
      else
        // What follows may be a remark.
        taken = static_cast<std::size_t>(found.position() + 1 + found[4].length());
    } else if (found[6].matched) {
      out.next = state_in(table, found[6]);
    }
    rest = rest.substr(taken);
  }
  return out;
}

std::string_view usual_part(std::string_view cell) {
  return cell.substr(0, cell.find("; if "));
}

std::string_view part_if(std::string_view cell, std::string_view condition) {
  const auto begin = cell.find("; if " + std::string{condition} + ": ");
  if (begin == std::string_view::npos) return {};
  const auto text = cell.substr(begin + 5 + condition.size() + 2);
  return text.substr(0, text.find("; if "));
}

}  // namespace pravega_actor::test
