function __encode_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __encode_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __encode_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __encode_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __encode_parse_tokens -S
    set -l unparsed_tokens (__encode_tokens -pc)
    switch $unparsed_tokens[1]
    case 'encode'
        __encode_parse_subcommand -r 1 'm/model=' 'layer=' 'solver=' 'gap=' 'lambda=' 'iterations=' 'nonnegative' 'warm-start' 'trace' 'round=' 'stats' 'variance' 'sample' 's/seed=' 'mask=' 'o/output=' 'no-notes' 'j/threads=' 'allow-nonfinite' 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'help'
            __encode_parse_subcommand -r 1 'version'
        end
    end
end

function __encode_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __encode_parse_subcommand -S -a positional_count
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

function __encode_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __encode_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__encode_tokens -p)
    if test -z "$(__encode_tokens -t)"
        set -l index (count (__encode_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'encode' -f
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" m model' -s 'm' -l 'model' -d 'The model (default: the built-in one).' -rF
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" layer' -l 'layer' -d 'Which layer of a network, from 1 (default: the last that makes codes).' -rfka ''
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" solver' -l 'solver' -d 'encoder; coordinate updates, lcod; or exact inference by ista, fista, sparsa, cd, homotopy or, of pools, reweighted.' -rfka 'encoder lcod ista fista sparsa cd homotopy reweighted'
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" gap' -l 'gap' -d 'Relative duality gap at which a code is done, 0 for all --iterations (default: 1e-4).' -rfka ''
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" lambda' -l 'lambda' -d 'λ of a solver (default: the model\'s).' -rfka ''
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" iterations' -l 'iterations' -d 'T, passes of the encoder (default: the model\'s); updates of lcod (default: the model\'s, else 100); the limit of a solver (default: 10000).' -rfka ''
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" nonnegative' -l 'nonnegative' -d 'Codes of a solver are at least 0, also where the model does not ask for it.'
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" warm-start' -l 'warm-start' -d 'ista, fista, sparsa, cd and reweighted begin at the encoder\'s code instead of zero.'
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" trace' -l 'trace' -d 'Write the codes after every pass of the encoder, […,T+1,K].'
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" round' -l 'round' -d 'Round codes, so that what units add to a record goes in steps of this size.' -rfka ''
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" stats' -l 'stats' -d 'When done, write a line to standard error: mean energy and duality gap, density.'
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" variance' -l 'variance' -d 'Of codes with noise write the variances σ² instead of the means.'
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" sample' -l 'sample' -d 'Of codes with noise write means with the noise, drawn with --seed.'
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" s seed' -s 's' -l 'seed' -d 'Seed of --sample (default: 0).' -rfka ''
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" mask' -l 'mask' -d 'Masks of the records, a stream in step with them or one record for all: 1 where a value is there, 0 where it is missing.' -rF
complete -c 'encode' -n '__encode_should_offer_completions_for_positional "encode" -ge 1' -F
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" o output' -s 'o' -l 'output' -d 'Write to this file, which appears whole or not at all (default: standard output).' -rF
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" no-notes' -l 'no-notes' -d 'Write plain NPY headers, for readers that are stricter than NumPy.'
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" j threads' -s 'j' -l 'threads' -d 'Threads, 1 to 1024; no result depends on it (default: 1; fit: all processors).' -rfka ''
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" allow-nonfinite' -l 'allow-nonfinite' -d 'Let NaN and infinity through instead of refusing them.'
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" version' -l 'version' -d 'Show the version.'
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encode' -n '__encode_should_offer_completions_for_positional "encode" -eq 2' -fa 'help' -d 'Show subcommand help information.'
complete -c 'encode' -n '__encode_should_offer_completions_for_flags_or_options "encode help" version' -l 'version' -d 'Show the version.'
