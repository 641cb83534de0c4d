function __decode_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __decode_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __decode_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __decode_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __decode_parse_tokens -S
    set -l unparsed_tokens (__decode_tokens -pc)
    switch $unparsed_tokens[1]
    case 'decode'
        __decode_parse_subcommand -r 1 'm/model=' 'layer=' 'fill=' 'mask=' 'walk=' 'random=' 's/seed=' 'o/output=' 'no-notes' 'j/threads=' 'allow-nonfinite' 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'help'
            __decode_parse_subcommand -r 1 'version'
        end
    end
end

function __decode_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __decode_parse_subcommand -S -a positional_count
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

function __decode_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __decode_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__decode_tokens -p)
    if test -z "$(__decode_tokens -t)"
        set -l index (count (__decode_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'decode' -f
complete -c 'decode' -n '__decode_should_offer_completions_for_flags_or_options "decode" m model' -s 'm' -l 'model' -d 'The model (default: the built-in one).' -rF
complete -c 'decode' -n '__decode_should_offer_completions_for_flags_or_options "decode" layer' -l 'layer' -d 'Which layer of a network, from 1 (default: the last that makes codes).' -rfka ''
complete -c 'decode' -n '__decode_should_offer_completions_for_flags_or_options "decode" fill' -l 'fill' -d 'Records to fill in by their codes, where --mask says that values are missing.' -rF
complete -c 'decode' -n '__decode_should_offer_completions_for_flags_or_options "decode" mask' -l 'mask' -d 'Masks of the records, a stream in step with them or one record for all: 1 where a value is there, 0 where it is missing.' -rF
complete -c 'decode' -n '__decode_should_offer_completions_for_flags_or_options "decode" walk' -l 'walk' -d 'Go from each code to the next in n steps, with what lies between them.' -rfka ''
complete -c 'decode' -n '__decode_should_offer_completions_for_flags_or_options "decode" random' -l 'random' -d 'Decode n codes drawn at random, standard normal, of a model whose codes have noise; reads nothing.' -rfka ''
complete -c 'decode' -n '__decode_should_offer_completions_for_flags_or_options "decode" s seed' -s 's' -l 'seed' -d 'Seed of --random (default: 0).' -rfka ''
complete -c 'decode' -n '__decode_should_offer_completions_for_positional "decode" -ge 1' -F
complete -c 'decode' -n '__decode_should_offer_completions_for_flags_or_options "decode" o output' -s 'o' -l 'output' -d 'Write to this file, which appears whole or not at all (default: standard output).' -rF
complete -c 'decode' -n '__decode_should_offer_completions_for_flags_or_options "decode" no-notes' -l 'no-notes' -d 'Write plain NPY headers, for readers that are stricter than NumPy.'
complete -c 'decode' -n '__decode_should_offer_completions_for_flags_or_options "decode" j threads' -s 'j' -l 'threads' -d 'Threads, 1 to 1024; no result depends on it (default: 1; fit: all processors).' -rfka ''
complete -c 'decode' -n '__decode_should_offer_completions_for_flags_or_options "decode" allow-nonfinite' -l 'allow-nonfinite' -d 'Let NaN and infinity through instead of refusing them.'
complete -c 'decode' -n '__decode_should_offer_completions_for_flags_or_options "decode" version' -l 'version' -d 'Show the version.'
complete -c 'decode' -n '__decode_should_offer_completions_for_flags_or_options "decode" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'decode' -n '__decode_should_offer_completions_for_positional "decode" -eq 2' -fa 'help' -d 'Show subcommand help information.'
complete -c 'decode' -n '__decode_should_offer_completions_for_flags_or_options "decode help" version' -l 'version' -d 'Show the version.'
