#include "unit/tidy/coverage_rules.hpp"

#include <set>

namespace pravega_actor::tidy {
namespace {

using names = std::set<std::string>;

// "supervision/supervisor.hpp" of ".../src/supervision/supervisor.hpp"; empty for other files.
std::string include_name(const source_file& file) {
  const bool ours = file.under("libpravega_actor/") || file.under("libpravega_sandbox/");
  if (!file.is_header() || !ours) return {};
  for (const std::string_view root : {"/src/", "/include/"})
    if (const auto at = file.path.find(root); at != std::string::npos)
      return file.path.substr(at + root.size());
  return {};
}

std::string stem(const std::string& path) {
  const auto name = path.substr(path.rfind('/') + 1);
  return name.substr(0, name.rfind('.'));
}

// What the tests include, and what that includes in turn.
names reached_by_tests(const std::vector<source_file>& files, const names& included) {
  std::map<std::string, const source_file*> headers;
  for (const auto& file : files)
    if (const auto name = include_name(file); !name.empty()) headers[name] = &file;
  names reached;
  std::vector<std::string> waiting{included.begin(), included.end()};
  while (!waiting.empty()) {
    const auto name = waiting.back();
    waiting.pop_back();
    const auto header = headers.find(name);
    if (header == headers.end() || !reached.insert(name).second) continue;
    for (const auto& include : includes_of(header->second->text))
      waiting.push_back(include.path);
  }
  return reached;
}

}  // namespace

findings check_coverage(const std::vector<source_file>& files,
                        const untested_headers& exceptions) {
  names included;
  names test_files;
  for (const auto& file : files) {
    if (!file.under("tests/")) continue;
    test_files.insert(stem(file.path));
    for (const auto& include : includes_of(file.text))
      included.insert(include.path);
  }
  const auto reached = reached_by_tests(files, included);
  findings found;
  auto unused = exceptions;
  for (const auto& file : files) {
    const auto name = include_name(file);
    if (name.empty()) continue;
    const bool machine = name.ends_with("_machine.hpp");
    if ((machine ? included : reached).contains(name)) continue;
    if (test_files.contains(stem(name) + "_test") || unused.erase(file.path) > 0) continue;
    found.push_back({file.path, 1, "no test includes the header or bears its name"});
  }
  for (const auto& [path, reason] : unused)
    found.push_back({path, 1, "this exception is not needed (" + reason + ")"});
  return found;
}

}  // namespace pravega_actor::tidy
