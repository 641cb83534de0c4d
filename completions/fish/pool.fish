function __pool_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __pool_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __pool_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __pool_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __pool_parse_tokens -S
    set -l unparsed_tokens (__pool_tokens -pc)
    switch $unparsed_tokens[1]
    case 'pool'
        __pool_parse_subcommand -r 1 'pools=' 'm/model=' 'mode=' 'window=' 'stride=' 'grid=' 'concat=' 'o/output=' 'no-notes' 'j/threads=' 'allow-nonfinite' 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'help'
            __pool_parse_subcommand -r 1 'version'
        end
    end
end

function __pool_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __pool_parse_subcommand -S -a positional_count
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

function __pool_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __pool_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__pool_tokens -p)
    if test -z "$(__pool_tokens -t)"
        set -l index (count (__pool_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'pool' -f
complete -c 'pool' -n '__pool_should_offer_completions_for_flags_or_options "pool" pools' -l 'pools' -d 'Groups of units: consecutive:N (consecutive:1 keeps each), torus:RxC:WINDOW:STRIDE, grid: in the same way, tree:1,10,2, or a file of sets.' -rfka ''
complete -c 'pool' -n '__pool_should_offer_completions_for_flags_or_options "pool" m model' -s 'm' -l 'model' -d 'The model whose pools are used (default: the stream\'s notes); a network pools codes of a layer for the next.' -rF
complete -c 'pool' -n '__pool_should_offer_completions_for_flags_or_options "pool" mode' -l 'mode' -d 'l2: √(Σ w z²); max: max w|z|; mean: Σ w|z| / Σ w (default: l2).' -rfka 'l2 max mean'
complete -c 'pool' -n '__pool_should_offer_completions_for_flags_or_options "pool" window' -l 'window' -d 'Pool over windows of n x n places of maps, or r x c.' -rfka ''
complete -c 'pool' -n '__pool_should_offer_completions_for_flags_or_options "pool" stride' -l 'stride' -d 'Places from one window to the next (default: the window).' -rfka ''
complete -c 'pool' -n '__pool_should_offer_completions_for_flags_or_options "pool" grid' -l 'grid' -d 'Pool over each of r x c parts of maps.' -rfka ''
complete -c 'pool' -n '__pool_should_offer_completions_for_flags_or_options "pool" concat' -l 'concat' -d 'Features of the same records, such as those of another layer, to put after these, in one list.' -rF
complete -c 'pool' -n '__pool_should_offer_completions_for_positional "pool" -ge 1' -F
complete -c 'pool' -n '__pool_should_offer_completions_for_flags_or_options "pool" o output' -s 'o' -l 'output' -d 'Write to this file, which appears whole or not at all (default: standard output).' -rF
complete -c 'pool' -n '__pool_should_offer_completions_for_flags_or_options "pool" no-notes' -l 'no-notes' -d 'Write plain NPY headers, for readers that are stricter than NumPy.'
complete -c 'pool' -n '__pool_should_offer_completions_for_flags_or_options "pool" j threads' -s 'j' -l 'threads' -d 'Threads, 1 to 1024; no result depends on it (default: 1; fit: all processors).' -rfka ''
complete -c 'pool' -n '__pool_should_offer_completions_for_flags_or_options "pool" allow-nonfinite' -l 'allow-nonfinite' -d 'Let NaN and infinity through instead of refusing them.'
complete -c 'pool' -n '__pool_should_offer_completions_for_flags_or_options "pool" version' -l 'version' -d 'Show the version.'
complete -c 'pool' -n '__pool_should_offer_completions_for_flags_or_options "pool" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'pool' -n '__pool_should_offer_completions_for_positional "pool" -eq 2' -fa 'help' -d 'Show subcommand help information.'
complete -c 'pool' -n '__pool_should_offer_completions_for_flags_or_options "pool help" version' -l 'version' -d 'Show the version.'
