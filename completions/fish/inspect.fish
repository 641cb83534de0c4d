function __inspect_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __inspect_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __inspect_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __inspect_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __inspect_parse_tokens -S
    set -l unparsed_tokens (__inspect_tokens -pc)
    switch $unparsed_tokens[1]
    case 'inspect'
        __inspect_parse_subcommand -r 1 'json' 'codes' 'pools=' 'inhibition=' 'variances=' 'bits' 'shifts=' 'compare' 'built-in' 'model-out=' 'o/output=' 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'help'
            __inspect_parse_subcommand -r 1 'version'
        end
    end
end

function __inspect_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __inspect_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __inspect_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __inspect_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__inspect_tokens -p)
    if test -z "$(__inspect_tokens -t)"
        set -l index (count (__inspect_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'inspect' -f
complete -c 'inspect' -n '__inspect_should_offer_completions_for_positional "inspect" -ge 1' -F
complete -c 'inspect' -n '__inspect_should_offer_completions_for_flags_or_options "inspect" json' -l 'json' -d 'Write JSON, one object a file or a comparison.'
complete -c 'inspect' -n '__inspect_should_offer_completions_for_flags_or_options "inspect" codes' -l 'codes' -d 'Take arrays that do not say what they are for codes […,K].'
complete -c 'inspect' -n '__inspect_should_offer_completions_for_flags_or_options "inspect" pools' -l 'pools' -d 'Take arrays for codes of units in these pools, a tree such as tree:1,10,2, or a file of one (default: the stream\'s notes).' -rfka ''
complete -c 'inspect' -n '__inspect_should_offer_completions_for_flags_or_options "inspect" inhibition' -l 'inhibition' -d 'Take arrays for codes, and tell how often units are in use together that inhibit each other in this model.' -rF
complete -c 'inspect' -n '__inspect_should_offer_completions_for_flags_or_options "inspect" variances' -l 'variances' -d 'Take arrays for means of codes with noise, and tell by their variances in this file how much they say.' -rF
complete -c 'inspect' -n '__inspect_should_offer_completions_for_flags_or_options "inspect" bits' -l 'bits' -d 'Tell how many bits codes take that were rounded, each unit by itself.'
complete -c 'inspect' -n '__inspect_should_offer_completions_for_flags_or_options "inspect" shifts' -l 'shifts' -d 'Tell how much the features of maps […,y,x,K] change from a place to those 1…n steps further on.' -rfka ''
complete -c 'inspect' -n '__inspect_should_offer_completions_for_flags_or_options "inspect" compare' -l 'compare' -d 'Say how far arrays or pictures are apart: those of two files (the second is the reference), or those of one stream two by two (the first of each two is the reference).'
complete -c 'inspect' -n '__inspect_should_offer_completions_for_flags_or_options "inspect" built-in' -l 'built-in' -d 'Take the built-in model.'
complete -c 'inspect' -n '__inspect_should_offer_completions_for_flags_or_options "inspect" model-out' -l 'model-out' -d 'Write the built-in model to this file, too, as it is named with -m.' -rF
complete -c 'inspect' -n '__inspect_should_offer_completions_for_flags_or_options "inspect" o output' -s 'o' -l 'output' -d 'Write to this file, which appears whole or not at all (default: standard output).' -rF
complete -c 'inspect' -n '__inspect_should_offer_completions_for_flags_or_options "inspect" version' -l 'version' -d 'Show the version.'
complete -c 'inspect' -n '__inspect_should_offer_completions_for_flags_or_options "inspect" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'inspect' -n '__inspect_should_offer_completions_for_positional "inspect" -eq 2' -fa 'help' -d 'Show subcommand help information.'
complete -c 'inspect' -n '__inspect_should_offer_completions_for_flags_or_options "inspect help" version' -l 'version' -d 'Show the version.'
