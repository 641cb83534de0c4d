function __patches_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __patches_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __patches_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __patches_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __patches_parse_tokens -S
    set -l unparsed_tokens (__patches_tokens -pc)
    switch $unparsed_tokens[1]
    case 'patches'
        __patches_parse_subcommand -r 1 'files-from=' '0' 'skip-bad' 'size=' 'stride=' 'padding=' 'cover' 'color' 'm/model=' 'jitter=' 'flip' 'elastic=' 'noise=' 'contrast=' 'center=' 'mask=' 'means-out=' 'sample=' 'range=' 'labels=' 'labels-out=' 's/seed=' 'names' 'r' 'means=' 'q/quiet' 'o/output=' 'no-notes' 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'help'
            __patches_parse_subcommand -r 1 'version'
        end
    end
end

function __patches_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __patches_parse_subcommand -S -a positional_count
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

function __patches_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __patches_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__patches_tokens -p)
    if test -z "$(__patches_tokens -t)"
        set -l index (count (__patches_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'patches' -f
complete -c 'patches' -n '__patches_should_offer_completions_for_positional "patches" -ge 1' -F
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" files-from' -l 'files-from' -d 'Read the names of image files from this file, one a line; - for standard input.' -rF
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" 0' -s '0' -d 'A zero byte, and no newline, ends each name of --files-from.'
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" skip-bad' -l 'skip-bad' -d 'Leave out files that are bad, report and count them, and end with status 1.'
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" size' -l 'size' -d 'Size of the windows, or full for whole images (default: 12, or the model\'s).' -rfka ''
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" stride' -l 'stride' -d 'Pixels from one window to the next (default: 1).' -rfka ''
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" padding' -l 'padding' -d 'Zeros around the image (default: 0).' -rfka ''
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" cover' -l 'cover' -d 'A last window flush with the edge where the stride does not reach it.'
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" color' -l 'color' -d 'Three channels instead of grey (default: as the model takes).'
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" m model' -s 'm' -l 'model' -d 'Cut windows of the size and the channels that this model takes.' -rF
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" jitter' -l 'jitter' -d 'Move each image by up to n pixels, up or down and to a side, at random.' -rfka ''
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" flip' -l 'flip' -d 'Mirror every second image, at random, left to right.'
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" elastic' -l 'elastic' -d 'Bend each image at random: pixels move by a normal distance of this standard deviation along each axis, smoothed with a Gaussian window of this side, odd (default: 17).' -rfka ''
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" noise' -l 'noise' -d 'Add Gaussian noise of this standard deviation to the pixels, which are 0…1.' -rfka ''
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" contrast' -l 'contrast' -d 'Local contrast normalisation of the image; the side of its Gaussian window in pixels, odd.' -rfka ''
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" center' -l 'center' -d 'Take the local mean from each pixel; the side of its Gaussian window in pixels, odd.' -rfka ''
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" mask' -l 'mask' -d 'Pixels are missing: a picture or an array, 1 where one is there and 0 where not. Those become 0, and --center takes means of the others.' -rF
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" means-out' -l 'means-out' -d 'Write the means that --center takes, [N,H,W,C].' -rF
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" sample' -l 'sample' -d 'How many windows to draw at random, over all images.' -rfka ''
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" range' -l 'range' -d 'Take images A to B, B not included, counted from 0.' -rfka ''
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" labels' -l 'labels' -d 'Labels of the images, IDX or NPY or text, one an image.' -rF
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" labels-out' -l 'labels-out' -d 'Write the labels of what is taken: one an image, one a window with --sample.' -rF
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" s seed' -s 's' -l 'seed' -d 'Seed of --sample, --noise, --jitter, --flip and --elastic (default: 0).' -rfka ''
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" names' -l 'names' -d 'Note the base name of each image in the stream.'
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" r' -s 'r' -d 'Put windows of a tensor stream back together; write PNG.'
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" means' -l 'means' -d 'With -r: add the means that --center took, as --means-out wrote them.' -rF
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" q quiet' -s 'q' -l 'quiet' -d 'No remarks on pixels left over.'
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" o output' -s 'o' -l 'output' -d 'Write to this file, which appears whole or not at all (default: standard output).' -rF
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" no-notes' -l 'no-notes' -d 'Write plain NPY headers, for readers that are stricter than NumPy.'
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" version' -l 'version' -d 'Show the version.'
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'patches' -n '__patches_should_offer_completions_for_positional "patches" -eq 2' -fa 'help' -d 'Show subcommand help information.'
complete -c 'patches' -n '__patches_should_offer_completions_for_flags_or_options "patches help" version' -l 'version' -d 'Show the version.'
