#compdef pravega-actor
# Completion of pravega-actor for zsh: verbs, their actions, options, configuration keys.
#
# What there is to complete is read from the tool's own --help, so that it fits the installed one.
# Install this file as _pravega-actor in a folder of $fpath.

# The lines NAME:EXPLANATION of a --help text: the subcommands, or the options.
_pravega_actor_subcommands() {
  "$@" --help 2>/dev/null | awk '/^Subcommands:/ { on = 1; next } /^[^ ]|^$/ { on = 0 }
    on && /^  [^ ]/ { name = $1; sub(/^ *[^ ]+ +/, ""); print name ":" $0 }'
}

_pravega_actor_options() {
  "$@" --help 2>/dev/null | awk '/^  -/ { count = split($1, names, ","); text = $0
    sub(/^  .*  +/, "", text)
    for (i = 1; i <= count; ++i) if (names[i] ~ /^--/) print names[i] ":" text }'
}

_pravega_actor() {
  local -a verbs found offers
  local word index=2
  verbs=("$words[1]")
  while ((index < CURRENT && $#verbs < 3)); do
    word=$words[index]
    case $word in
      --controller | --config | --set) ((index++)) ;;
      -*) ;;
      *)
        found=("${(@f)$(_pravega_actor_subcommands "$verbs[@]")}")
        ((${found[(I)$word:*]})) || break
        verbs+=("$word")
        ;;
    esac
    ((index++))
  done
  case $words[CURRENT-1] in
    --config | --lineage | --svg)
      _files
      return
      ;;
    --set)
      offers=("${(@f)$("$words[1]" config 2>/dev/null | awk '{ print $1 "=" }')}")
      compadd -S '' -a offers
      return
      ;;
    --controller)
      compadd -S '' -- tcp:// pravega://
      return
      ;;
    --scaling)
      compadd -S '' -- fixed: events: kilobytes:
      return
      ;;
    --retention)
      # Streams have policies, groups have kinds.
      if [[ $words[2] == stream ]]; then
        compadd -S '' -- none time: size:
      else
        compadd -S ' ' -- none manual automatic
      fi
      return
      ;;
    --unread)
      compadd -S ' ' -- checkpoint live both none
      return
      ;;
  esac
  if [[ $words[CURRENT] == -* ]]; then
    offers=("${(@f)$(_pravega_actor_options "$verbs[@]")}")
    _describe -o option offers
    return
  fi
  offers=(${(f)"$(_pravega_actor_subcommands "$verbs[@]")"})
  if (($#offers)); then
    _describe command offers
  else
    _files
  fi
}

_pravega_actor "$@"
