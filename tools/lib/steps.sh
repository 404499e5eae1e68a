# Shell functions that measure the steps of a script. Source it after common.sh.
# shellcheck shell=bash

scratch=$(mktemp -d)
exit_actions=()

# at_exit <command>: runs it when the script ends, however it does; the last one first.
at_exit() { exit_actions=("$1" "${exit_actions[@]}"); }

run_exit_actions() {
  local code=$? action
  for action in "${exit_actions[@]}"; do "$action"; done
  [ "$code" = 0 ] || print_steps
  rm -rf "$scratch"
  exit "$code"
}
trap run_exit_actions EXIT

# step <name> <command>...: runs the command and notes its seconds. Steps may run side by side.
step() {
  local name=$1 begin=$SECONDS
  shift
  "$@"
  printf '%s\t%s\n' "$((SECONDS - begin))" "$name" >>"$scratch/steps"
}

# The steps that have ended, each once, and how long the whole took.
print_steps() {
  [ -s "$scratch/steps" ] || return 0
  printf '\nseconds  step\n'
  awk -F '\t' '{ printf "%7d  %s\n", $1, $2 }' "$scratch/steps"
  printf '%7d  all\n\n' "$SECONDS"
  : >"$scratch/steps"
}

# last_step <name> <command>...: a run of ctest whose summary ends the output, after the table.
last_step() {
  local name=$1 begin=$SECONDS line held=() shown
  shift
  shown="^[0-9]+% tests passed"
  "$@" | {
    while IFS= read -r line; do
      # A failed test may show the summary of a run of its own: then other tests follow.
      if [ "${#held[@]}" -gt 0 ] && [[ $line =~ ^\ *(Start\ |[0-9]+/[0-9]+\ Test) ]]; then
        printf '%s\n' "${held[@]}"
        held=()
      fi
      if [ "${#held[@]}" -gt 0 ] || [[ $line =~ $shown ]]; then
        held+=("$line")
      else
        printf '%s\n' "$line"
      fi
    done
    printf '%s\t%s\n' "$((SECONDS - begin))" "$name" >>"$scratch/steps"
    print_steps
    [ "${#held[@]}" -eq 0 ] || printf '%s\n' "${held[@]}"
  }
}
