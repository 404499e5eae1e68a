// What a real server accepted or made.
#pragma once

#include <fstream>
#include <string>

#include "support/source_paths.hpp"

namespace pravega_sandbox::test {

inline std::string vector_of(const std::string& name) {
  std::ifstream file{std::string{pravega_actor::test::test_data_dir} + "/security_vectors.txt"};
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(name + "=")) return line.substr(name.size() + 1);
  return {};
}

}  // namespace pravega_sandbox::test
