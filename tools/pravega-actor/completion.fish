# Completion of pravega-actor for fish: verbs, their actions, options, configuration keys.
#
# What there is to complete is read from the tool's own --help, so that it fits the installed one.
# Install this file as pravega-actor.fish in a folder of $fish_complete_path.

# The lines NAME<tab>EXPLANATION of a --help text: the subcommands, or the options.
function __pravega_actor_subcommands
    $argv --help 2>/dev/null | awk '/^Subcommands:/ { on = 1; next } /^[^ ]|^$/ { on = 0 }
        on && /^  [^ ]/ { name = $1; sub(/^ *[^ ]+ +/, ""); print name "\t" $0 }'
end

function __pravega_actor_options
    $argv --help 2>/dev/null | awk '/^  -/ { count = split($1, names, ","); text = $0
        sub(/^  .*  +/, "", text)
        for (i = 1; i <= count; ++i) if (names[i] ~ /^--/) print names[i] "\t" text }'
end

function __pravega_actor_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l verbs $before[1]
    set -l index 2
    while test $index -le (count $before); and test (count $verbs) -lt 3
        switch $before[$index]
            case --controller --config --set
                set index (math $index + 1)
            case '-*'
            case '*'
                contains -- $before[$index] (__pravega_actor_subcommands $verbs | cut -f1); or break
                set -a verbs $before[$index]
        end
        set index (math $index + 1)
    end
    switch $before[-1]
        case --config --lineage --svg
            __fish_complete_path $current
            return
        case --set
            $before[1] config 2>/dev/null | awk '{ print $1 "=" }'
            return
        case --controller
            printf '%s\n' tcp:// pravega://
            return
        case --scaling
            printf '%s\n' fixed: events: kilobytes:
            return
        case --retention
            # Streams have policies, groups have kinds.
            if test "$before[2]" = stream
                printf '%s\n' none time: size:
            else
                printf '%s\n' none manual automatic
            end
            return
        case --unread
            printf '%s\n' checkpoint live both none
            return
    end
    if string match -q -- '-*' $current
        __pravega_actor_options $verbs
    else
        set -l offers (__pravega_actor_subcommands $verbs)
        if test (count $offers) -gt 0
            printf '%s\n' $offers
        else
            __fish_complete_path $current
        end
    end
end

complete -c pravega-actor -f -a '(__pravega_actor_complete)'
