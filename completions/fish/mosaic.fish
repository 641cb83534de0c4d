function __mosaic_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __mosaic_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __mosaic_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __mosaic_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __mosaic_parse_tokens -S
    set -l unparsed_tokens (__mosaic_tokens -pc)
    switch $unparsed_tokens[1]
    case 'mosaic'
        __mosaic_parse_subcommand 1 'built-in' 'layer=' 'filters=' 'units=' 'inhibitors' 'strongest=' 'layout=' 'orientation' 'wrap=' 'maps' 'record=' 'order=' 'codes=' 'contrast=' 'columns=' 'gap=' 'scale=' 'count=' 'labels' 'o/output=' 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'help'
            __mosaic_parse_subcommand -r 1 'version'
        end
    end
end

function __mosaic_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __mosaic_parse_subcommand -S -a positional_count
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

function __mosaic_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __mosaic_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__mosaic_tokens -p)
    if test -z "$(__mosaic_tokens -t)"
        set -l index (count (__mosaic_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'mosaic' -f
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_positional "mosaic" -eq 1' -F
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" built-in' -l 'built-in' -d 'Take the built-in model.'
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" layer' -l 'layer' -d 'Which layer of a network, from 1 (default: the last that makes codes).' -rfka ''
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" filters' -l 'filters' -d 'Which weights of a model; pairs: those of the encoder beside those of the decoder, unit by unit (default: decoder where there is one, else what the model is of).' -rfka 'decoder encoder pairs whitening classifier inhibition'
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" units' -l 'units' -d 'A row for each unit of a kind, told by the angle between its weights in the encoder and in the decoder (part: below 0.5 rad; categorical: above 0.7 rad; between): what it adds to a reconstruction, then what those units add that excite it the most, then those that inhibit it.' -rfka 'part between categorical'
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" inhibitors' -l 'inhibitors' -d 'A row for each unit of a model whose units inhibit each other: what it adds to a reconstruction, then what those add that inhibit it the most.'
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" strongest' -l 'strongest' -d 'How many units of either sort beside each of --units, or of --inhibitors (default: 8).' -rfka ''
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" layout' -l 'layout' -d 'Where units are drawn: rows, one after another; sheet (or torus, or grid), in their places on the sheet of the model\'s pools; tree, nodes of the tree that pools form on circles around its root; graph, on a circle, each beside one that inhibits it, with lines to the two that inhibit it the most.' -rfka 'rows sheet tree graph'
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" orientation' -l 'orientation' -d 'Draw each unit on its sheet as a colour, its hue the orientation of its filter, stronger where that is clearer; a dot where orientation makes half a turn, white with the way around it, black against it, a large one where it is a pinwheel.'
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" wrap' -l 'wrap' -d 'Rows and columns beyond each edge of a torus, those of the opposite edge.' -rfka ''
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" maps' -l 'maps' -d 'Draw each unit of maps [y,x,K] as a tile (default: where a stream notes codes of images).'
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" record' -l 'record' -d 'Which last axes are one record, where the stream does not say.' -rfka ''
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" order' -l 'order' -d 'number: units as they are numbered; use: those first that are active in most records of --codes, or at most places of --maps.' -rfka 'number use'
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" codes' -l 'codes' -d 'Codes of the model, whose units --order use counts.' -rF
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" contrast' -l 'contrast' -d 'tile: 0 is mid grey (black where nothing is negative), each tile scaled by its largest magnitude; shared: by the largest of all; root: √ of the magnitude, which shows weak values; pixels: 0 black, 1 white (default: tile for models, root for --maps, pixels for streams within 0…1, else shared).' -rfka 'tile shared root pixels'
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" columns' -l 'columns' -d 'Tiles or pairs in a row (default: as square as they fit; of local units a row of places, of maps of several images those of one).' -rfka ''
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" gap' -l 'gap' -d 'Pixels between tiles (default: 1, 0 of --orientation, a quarter of a tile in trees).' -rfka ''
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" scale' -l 'scale' -d 'Pixels a value (default: so that a tile has at least 48).' -rfka ''
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" count' -l 'count' -d 'The most tiles, pairs, places or units that are drawn (default: 400, or all places).' -rfka ''
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" labels' -l 'labels' -d 'Write under each tile the number of its unit or record, from 0.'
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" o output' -s 'o' -l 'output' -d 'Write to this file, which appears whole or not at all (default: standard output).' -rF
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" version' -l 'version' -d 'Show the version.'
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_positional "mosaic" -eq 2' -fa 'help' -d 'Show subcommand help information.'
complete -c 'mosaic' -n '__mosaic_should_offer_completions_for_flags_or_options "mosaic help" version' -l 'version' -d 'Show the version.'
