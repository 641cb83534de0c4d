function __classify_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __classify_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __classify_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __classify_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __classify_parse_tokens -S
    set -l unparsed_tokens (__classify_tokens -pc)
    switch $unparsed_tokens[1]
    case 'classify'
        __classify_parse_subcommand -r 1 'm/model=' 'scores' 'top=' 'labels=' 'json' 'o/output=' 'no-notes' 'j/threads=' 'allow-nonfinite' 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'help'
            __classify_parse_subcommand -r 1 'version'
        end
    end
end

function __classify_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __classify_parse_subcommand -S -a positional_count
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

function __classify_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __classify_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__classify_tokens -p)
    if test -z "$(__classify_tokens -t)"
        set -l index (count (__classify_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'classify' -f
complete -c 'classify' -n '__classify_should_offer_completions_for_flags_or_options "classify" m model' -s 'm' -l 'model' -d 'The model, made by fit classifier or fit drsae.' -rF
complete -c 'classify' -n '__classify_should_offer_completions_for_flags_or_options "classify" scores' -l 'scores' -d 'Write the scores of all classes as a tensor stream.'
complete -c 'classify' -n '__classify_should_offer_completions_for_flags_or_options "classify" top' -l 'top' -d 'How many labels to write a line, the best first; with --labels, any of them is right (default: 1).' -rfka ''
complete -c 'classify' -n '__classify_should_offer_completions_for_flags_or_options "classify" labels' -l 'labels' -d 'True labels, IDX or NPY or text, -1 for none: write how many are wrong.' -rF
complete -c 'classify' -n '__classify_should_offer_completions_for_flags_or_options "classify" json' -l 'json' -d 'With --labels, write JSON.'
complete -c 'classify' -n '__classify_should_offer_completions_for_positional "classify" -ge 1' -F
complete -c 'classify' -n '__classify_should_offer_completions_for_flags_or_options "classify" o output' -s 'o' -l 'output' -d 'Write to this file, which appears whole or not at all (default: standard output).' -rF
complete -c 'classify' -n '__classify_should_offer_completions_for_flags_or_options "classify" no-notes' -l 'no-notes' -d 'Write plain NPY headers, for readers that are stricter than NumPy.'
complete -c 'classify' -n '__classify_should_offer_completions_for_flags_or_options "classify" j threads' -s 'j' -l 'threads' -d 'Threads, 1 to 1024; no result depends on it (default: 1; fit: all processors).' -rfka ''
complete -c 'classify' -n '__classify_should_offer_completions_for_flags_or_options "classify" allow-nonfinite' -l 'allow-nonfinite' -d 'Let NaN and infinity through instead of refusing them.'
complete -c 'classify' -n '__classify_should_offer_completions_for_flags_or_options "classify" version' -l 'version' -d 'Show the version.'
complete -c 'classify' -n '__classify_should_offer_completions_for_flags_or_options "classify" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'classify' -n '__classify_should_offer_completions_for_positional "classify" -eq 2' -fa 'help' -d 'Show subcommand help information.'
complete -c 'classify' -n '__classify_should_offer_completions_for_flags_or_options "classify help" version' -l 'version' -d 'Show the version.'
