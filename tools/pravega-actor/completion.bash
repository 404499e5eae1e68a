# Completion of pravega-actor for bash: verbs, their actions, options, configuration keys.
#
# What there is to complete is read from the tool's own --help, so that it fits the installed one.
# Source this file, or install it as share/bash-completion/completions/pravega-actor.

# The words of a --help text: the subcommands, or the options.
_pravega_actor_subcommands() {
  "$@" --help 2>/dev/null | awk '/^Subcommands:/ { on = 1; next } /^[^ ]|^$/ { on = 0 }
    on && /^  [^ ]/ { print $1 }'
}

_pravega_actor_options() {
  "$@" --help 2>/dev/null | awk '/^  -/ { count = split($1, names, ",")
    for (i = 1; i <= count; ++i) if (names[i] ~ /^--/) print names[i] }'
}

# The verbs and actions on the line so far, as they lead to a --help.
_pravega_actor_path() {
  local word index=1
  local -a found=("${words[0]}")
  while ((index < cword && ${#found[@]} < 3)); do
    word=${words[index]}
    case "$word" in
      --controller | --config | --set) index=$((index + 1)) ;;
      -*) ;;
      *)
        [[ " $(_pravega_actor_subcommands "${found[@]}" | tr '\n' ' ') " == *" $word "* ]] ||
          break
        found+=("$word")
        ;;
    esac
    index=$((index + 1))
  done
  printf '%s\n' "${found[@]}"
}

_pravega_actor_offer() {
  local word
  COMPREPLY=()
  while IFS= read -r word; do
    [[ "$word" == "$current"* ]] && COMPREPLY+=("$word$1")
  done
}

_pravega_actor_files() {
  local file
  COMPREPLY=()
  compopt -o filenames 2>/dev/null
  while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$current")
}

_pravega_actor() {
  local cword=$COMP_CWORD current=${COMP_WORDS[COMP_CWORD]} previous=""
  local -a words=("${COMP_WORDS[@]}") path=()
  ((cword > 0)) && previous=${words[cword - 1]}
  case "$previous" in
    --config | --lineage | --svg)
      _pravega_actor_files
      return
      ;;
    --set)
      compopt -o nospace 2>/dev/null
      _pravega_actor_offer = < <("${words[0]}" config 2>/dev/null | awk '{ print $1 }')
      return
      ;;
    --controller)
      compopt -o nospace 2>/dev/null
      _pravega_actor_offer "" <<<$'tcp://\npravega://'
      return
      ;;
    --scaling)
      compopt -o nospace 2>/dev/null
      _pravega_actor_offer "" <<<$'fixed:\nevents:\nkilobytes:'
      return
      ;;
    --retention)
      # Streams have policies, groups have kinds.
      if [[ "${words[1]:-}" == stream ]]; then
        compopt -o nospace 2>/dev/null
        _pravega_actor_offer "" <<<$'none\ntime:\nsize:'
      else
        _pravega_actor_offer "" <<<$'none\nmanual\nautomatic'
      fi
      return
      ;;
    --unread)
      _pravega_actor_offer "" <<<$'checkpoint\nlive\nboth\nnone'
      return
      ;;
  esac
  mapfile -t path < <(_pravega_actor_path)
  if [[ "$current" == -* ]]; then
    _pravega_actor_offer "" < <(_pravega_actor_options "${path[@]}")
  else
    _pravega_actor_offer "" < <(_pravega_actor_subcommands "${path[@]}")
    # An argument that is no verb may be a file.
    ((${#COMPREPLY[@]} == 0)) && _pravega_actor_files
  fi
  return 0
}

complete -F _pravega_actor pravega-actor
