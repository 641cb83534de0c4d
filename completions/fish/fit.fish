function __fit_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __fit_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __fit_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __fit_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __fit_parse_tokens -S
    set -l unparsed_tokens (__fit_tokens -pc)
    switch $unparsed_tokens[1]
    case 'fit'
        __fit_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'dictionary'
            __fit_parse_subcommand -r 1 'preset=' 'geometry=' 'kernel=' 'stride=' 'padding=' 'border=' 'period=' 'pool-window=' 'pool-stride=' 'code=' 'iterations=' 'nonnegative=' 'lambda=' 'penalty=' 'pools=' 'inhibition=' 'strength=' 'dc' 'no-dc' 'atoms=' 'variational=' 'gap=' 'prune-below=' 'no-encoder' 'center' 'normalize' 'whitening=' 'contrast=' 'scale' 'epochs=' 'batch=' 'patience=' 'checkpoint=' 'resume=' 'start=' 'o/output=' 'record=' 'j/threads=' 'q/quiet' 'validation=' 's/seed=' 'log=' 'version' 'h/help'
        case 'lateral'
            __fit_parse_subcommand -r 1 'geometry=' 'kernel=' 'stride=' 'padding=' 'border=' 'period=' 'pool-window=' 'pool-stride=' 'code=' 'iterations=' 'nonnegative=' 'lambda=' 'penalty=' 'pools=' 'inhibition=' 'strength=' 'dc' 'no-dc' 'atoms=' 'learn' 'bound=' 'sum=' 'ascent=' 'gap=' 'prune-below=' 'no-encoder' 'center' 'normalize' 'whitening=' 'contrast=' 'scale' 'epochs=' 'batch=' 'patience=' 'checkpoint=' 'resume=' 'start=' 'o/output=' 'record=' 'j/threads=' 'q/quiet' 'validation=' 's/seed=' 'log=' 'version' 'h/help'
        case 'lista'
            __fit_parse_subcommand -r 1 'm/model=' 'kind=' 'iterations=' 'per-step' 'nonlinearity=' 'codes=' 'gap=' 'optimizer=' 'rate=' 'momentum=' 'beta2=' 'epsilon=' 'schedule=' 'clip=' 'average=' 'rates=' 'bounds=' 'epochs=' 'batch=' 'patience=' 'checkpoint=' 'resume=' 'start=' 'o/output=' 'record=' 'j/threads=' 'q/quiet' 'validation=' 's/seed=' 'log=' 'version' 'h/help'
        case 'psd'
            __fit_parse_subcommand -r 1 'preset=' 'geometry=' 'kernel=' 'stride=' 'padding=' 'border=' 'period=' 'pool-window=' 'pool-stride=' 'code=' 'iterations=' 'nonlinearity=' 'sharpness=' 'gain' 'no-gain' 'nonnegative=' 'lambda=' 'penalty=' 'pools=' 'inhibition=' 'strength=' 'dc' 'no-dc' 'atoms=' 'attraction=' 'gap=' 'center' 'normalize' 'whitening=' 'contrast=' 'scale' 'optimizer=' 'rate=' 'momentum=' 'beta2=' 'epsilon=' 'schedule=' 'clip=' 'average=' 'rates=' 'bounds=' 'epochs=' 'batch=' 'patience=' 'checkpoint=' 'resume=' 'start=' 'o/output=' 'record=' 'j/threads=' 'q/quiet' 'validation=' 's/seed=' 'log=' 'version' 'h/help'
        case 'autoencoder'
            __fit_parse_subcommand -r 1 'preset=' 'geometry=' 'kernel=' 'stride=' 'padding=' 'border=' 'period=' 'pool-window=' 'pool-stride=' 'code=' 'iterations=' 'nonlinearity=' 'sharpness=' 'gain' 'no-gain' 'nonnegative=' 'lambda=' 'penalty=' 'pools=' 'inhibition=' 'strength=' 'dc' 'no-dc' 'atoms=' 'noise=' 'anneal=' 'center' 'normalize' 'whitening=' 'contrast=' 'scale' 'optimizer=' 'rate=' 'momentum=' 'beta2=' 'epsilon=' 'schedule=' 'clip=' 'average=' 'rates=' 'bounds=' 'epochs=' 'batch=' 'patience=' 'checkpoint=' 'resume=' 'start=' 'o/output=' 'record=' 'j/threads=' 'q/quiet' 'validation=' 's/seed=' 'log=' 'version' 'h/help'
        case 'drsae'
            __fit_parse_subcommand -r 1 'preset=' 'labels=' 'reconstruction=' 'classification=' 'unsupervised-epochs=' 'geometry=' 'kernel=' 'stride=' 'padding=' 'border=' 'period=' 'pool-window=' 'pool-stride=' 'code=' 'iterations=' 'nonlinearity=' 'sharpness=' 'gain' 'no-gain' 'nonnegative=' 'lambda=' 'penalty=' 'pools=' 'inhibition=' 'strength=' 'atoms=' 'noise=' 'anneal=' 'center' 'normalize' 'whitening=' 'contrast=' 'scale' 'optimizer=' 'rate=' 'momentum=' 'beta2=' 'epsilon=' 'schedule=' 'clip=' 'average=' 'rates=' 'bounds=' 'epochs=' 'batch=' 'patience=' 'checkpoint=' 'resume=' 'start=' 'o/output=' 'record=' 'j/threads=' 'q/quiet' 'validation=' 's/seed=' 'log=' 'version' 'h/help'
        case 'whiten'
            __fit_parse_subcommand -r 1 'method=' 'epsilon=' 'components=' 'center' 'normalize' 'o/output=' 'record=' 'j/threads=' 'q/quiet' 'version' 'h/help'
        case 'classifier'
            __fit_parse_subcommand -r 1 'labels=' 'decay=' 'iterations=' 'o/output=' 'record=' 'j/threads=' 'q/quiet' 'validation=' 's/seed=' 'log=' 'version' 'h/help'
        case 'prune'
            __fit_parse_subcommand -r 1 'm/model=' 'prune-below=' 'prune-quantile=' 'at-random' 's/seed=' 'o/output=' 'record=' 'j/threads=' 'q/quiet' 'version' 'h/help'
        case 'join'
            __fit_parse_subcommand 0 'm/model=+' 'pooling=+' 'layers=' 'o/output=' 'version' 'h/help'
        case 'stack'
            __fit_parse_subcommand -r 1 'm/model=' 'labels=' 'freeze=' 'dropout=' 'energy=' 'random' 'optimizer=' 'rate=' 'momentum=' 'beta2=' 'epsilon=' 'schedule=' 'clip=' 'average=' 'rates=' 'bounds=' 'epochs=' 'batch=' 'patience=' 'checkpoint=' 'resume=' 'start=' 'o/output=' 'record=' 'j/threads=' 'q/quiet' 'validation=' 's/seed=' 'log=' 'version' 'h/help'
        case 'help'
            __fit_parse_subcommand -r 1 'version'
        end
    end
end

function __fit_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __fit_parse_subcommand -S -a positional_count
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

function __fit_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __fit_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__fit_tokens -p)
    if test -z "$(__fit_tokens -t)"
        set -l index (count (__fit_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'fit' -f
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit" version' -l 'version' -d 'Show the version.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit" -eq 1' -fa 'dictionary' -d 'Sparse coding: a dictionary for exact codes.'
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit" -eq 1' -fa 'lateral' -d 'Sparse coding by units that inhibit each other.'
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit" -eq 1' -fa 'lista' -d 'An encoder that predicts the optimal codes of a dictionary.'
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit" -eq 1' -fa 'psd' -d 'Encoder and decoder together, with a latent code between them.'
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit" -eq 1' -fa 'autoencoder' -d 'A feed-forward encoder and a linear decoder with a penalty on the code.'
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit" -eq 1' -fa 'drsae' -d 'Encoder, decoder and classifier together, on labelled records.'
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit" -eq 1' -fa 'whiten' -d 'Whitening of the input.'
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit" -eq 1' -fa 'classifier' -d 'A linear classifier on features.'
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit" -eq 1' -fa 'prune' -d 'A model without the units that records rarely use.'
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit" -eq 1' -fa 'join' -d 'One network of layers that were learned one after another.'
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit" -eq 1' -fa 'stack' -d 'All layers of a network together, on labelled records.'
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" preset' -l 'preset' -d 'A set of options, which others override: tree-jenatton.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" geometry' -l 'geometry' -d 'dense; conv, maps of windows with the same weights everywhere (--code maps); or local, windows with weights of their own for all places of --period (--code units a place).' -rfka 'dense conv local'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" kernel' -l 'kernel' -d 'Size of a window in pixels: N or HxW.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" stride' -l 'stride' -d 'Pixels from one window to the next (default: 1).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" padding' -l 'padding' -d 'Zeros around the image, on each side (default: 0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" border' -l 'border' -d 'Padding by what comes of it: full, every window that has a pixel; same, as many places as pixels; valid, none.' -rfka 'full same valid'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" period' -l 'period' -d 'Places after which local weights are the same again: N or RxC (default: all of them).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" pool-window' -l 'pool-window' -d 'Pools go over windows of places, too: N or RxC of them (--geometry conv).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" pool-stride' -l 'pool-stride' -d 'Places from one such window to the next (default: the window).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" code' -l 'code' -d 'K, code units, a DC unit not counted (default: 256, or what --pools says; 16 of conv, 1 of local).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" iterations' -l 'iterations' -d 'T, passes of the encoder through S.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" nonnegative' -l 'nonnegative' -d 'Keep code, dictionary or both (code,dictionary) from going below 0.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" lambda' -l 'lambda' -d 'λ, the weight of the penalty; norm:S: S times the norm of the records (default: norm:0.1).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" penalty' -l 'penalty' -d 'R: l1, sizes; group, the L2 norms of --pools; tree, the same where these are a tree; or lateral, sizes and the --inhibition of units by each other (default: l1, of fit lateral lateral).' -rfka 'l1 group tree lateral'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" pools' -l 'pools' -d 'Pools of units: consecutive:N, torus:ROWSxCOLUMNS:WINDOW:STRIDE (perhaps :gauss), grid: in the same way without wrapping, tree:1,10,2,2, or a file of sets.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" inhibition' -l 'inhibition' -d 'S of --penalty lateral: tree:ROOTS,CHILDREN,…, units not above one another inhibit each other; ring:UNITS:RADIUS, grid:ROWSxCOLUMNS:RADIUS, torus:, those further apart; or an NPY file, [K,K].' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" strength' -l 'strength' -d 'S between units that inhibit each other, for records of norm 1: a unit as large as the record makes their thresholds 1 + S times as large (default: 3.0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" dc' -l 'dc' -d 'A DC unit: constant, unpenalised, outside the pools (default: where records are pictures that are mostly brightness, and neither --center nor --whitening is given).'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" no-dc' -l 'no-dc' -d 'A DC unit: constant, unpenalised, outside the pools (default: where records are pictures that are mostly brightness, and neither --center nor --whitening is given).'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" atoms' -l 'atoms' -d 'What atoms begin as: records (of images, windows of them), or random directions.' -rfka 'records random'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" variational' -l 'variational' -d 'β: codes are Gaussians, whose entropy counts 1/β, for records of norm 1; the larger it is, the nearer they are to single numbers.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" gap' -l 'gap' -d 'Relative duality gap of the codes while training.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" prune-below' -l 'prune-below' -d 'At the end of each epoch but the last leave out the units that less than this share of its records used, those of a tree with all below them.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" no-encoder' -l 'no-encoder' -d 'Leave the encoder out of the file; it is derived from the dictionary on reading.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" center' -l 'center' -d 'Remove each record\'s mean.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" normalize' -l 'normalize' -d 'Divide each record by its norm.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" whitening' -l 'whitening' -d 'Whiten as this model of fit whiten does.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" contrast' -l 'contrast' -d 'Local contrast normalisation of images (conv, local); the side of its Gaussian window in pixels, odd.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" scale' -l 'scale' -d 'Divide each map of images (conv, local) by its root mean square over all of them.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" epochs' -l 'epochs' -d 'Passes over the data; 0 writes what training begins with.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" batch' -l 'batch' -d 'Records in a batch (default: 512, of units that see windows 16 images).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" patience' -l 'patience' -d 'End after this number of epochs that are no better on the records held out; take the best.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" checkpoint' -l 'checkpoint' -d 'Write the state of the training, for --resume, after every epoch and when interrupted.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" resume' -l 'resume' -d 'Go on from this checkpoint of the same training.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" start' -l 'start' -d 'Begin with the weights of this model, as far as they fit.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit dictionary" -ge 1' -F
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" o output' -s 'o' -l 'output' -d 'The model to write; it appears whole or not at all.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" record' -l 'record' -d 'Which last axes are one record, where the stream does not say: their number or shape.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" j threads' -s 'j' -l 'threads' -d 'Threads, 1 to 1024; no result depends on it (default: 1; fit: all processors).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" q quiet' -s 'q' -l 'quiet' -d 'No progress.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" validation' -l 'validation' -d 'How many records to hold out, to report how good the model is on them.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" s seed' -s 's' -l 'seed' -d 'Seed of everything random (default: 0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" log' -l 'log' -d 'Write a row of figures after every epoch, as TSV.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" version' -l 'version' -d 'Show the version.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit dictionary" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" geometry' -l 'geometry' -d 'dense; conv, maps of windows with the same weights everywhere (--code maps); or local, windows with weights of their own for all places of --period (--code units a place).' -rfka 'dense conv local'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" kernel' -l 'kernel' -d 'Size of a window in pixels: N or HxW.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" stride' -l 'stride' -d 'Pixels from one window to the next (default: 1).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" padding' -l 'padding' -d 'Zeros around the image, on each side (default: 0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" border' -l 'border' -d 'Padding by what comes of it: full, every window that has a pixel; same, as many places as pixels; valid, none.' -rfka 'full same valid'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" period' -l 'period' -d 'Places after which local weights are the same again: N or RxC (default: all of them).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" pool-window' -l 'pool-window' -d 'Pools go over windows of places, too: N or RxC of them (--geometry conv).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" pool-stride' -l 'pool-stride' -d 'Places from one such window to the next (default: the window).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" code' -l 'code' -d 'K, code units, a DC unit not counted (default: 256, or what --pools says; 16 of conv, 1 of local).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" iterations' -l 'iterations' -d 'T, passes of the encoder through S.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" nonnegative' -l 'nonnegative' -d 'Keep code, dictionary or both (code,dictionary) from going below 0.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" lambda' -l 'lambda' -d 'λ, the weight of the penalty; norm:S: S times the norm of the records (default: norm:0.05).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" penalty' -l 'penalty' -d 'R: l1, sizes; group, the L2 norms of --pools; tree, the same where these are a tree; or lateral, sizes and the --inhibition of units by each other (default: l1, of fit lateral lateral).' -rfka 'l1 group tree lateral'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" pools' -l 'pools' -d 'Pools of units: consecutive:N, torus:ROWSxCOLUMNS:WINDOW:STRIDE (perhaps :gauss), grid: in the same way without wrapping, tree:1,10,2,2, or a file of sets.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" inhibition' -l 'inhibition' -d 'S of --penalty lateral: tree:ROOTS,CHILDREN,…, units not above one another inhibit each other; ring:UNITS:RADIUS, grid:ROWSxCOLUMNS:RADIUS, torus:, those further apart; or an NPY file, [K,K].' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" strength' -l 'strength' -d 'S between units that inhibit each other, for records of norm 1: a unit as large as the record makes their thresholds 1 + S times as large (default: 3.0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" dc' -l 'dc' -d 'A DC unit: constant, unpenalised, outside the pools (default: where records are pictures that are mostly brightness, and neither --center nor --whitening is given).'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" no-dc' -l 'no-dc' -d 'A DC unit: constant, unpenalised, outside the pools (default: where records are pictures that are mostly brightness, and neither --center nor --whitening is given).'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" atoms' -l 'atoms' -d 'What atoms begin as: records (of images, windows of them), or random directions.' -rfka 'records random'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" learn' -l 'learn' -d 'Learn S: units that are in use together come to inhibit each other; rows of S keep their sum. It begins with --inhibition, or with the same for all pairs.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" bound' -l 'bound' -d 'β, the most that a learned S may be, for records of norm 1 (default: 6.0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" sum' -l 'sum' -d 'α, what rows of a learned S sum to, for records of norm 1 (default: a sixth of what --bound allows).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" ascent' -l 'ascent' -d 'How far a batch moves a learned S, of its mean (default: 0.1).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" gap' -l 'gap' -d 'Relative duality gap of the codes while training.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" prune-below' -l 'prune-below' -d 'At the end of each epoch but the last leave out the units that less than this share of its records used, those of a tree with all below them.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" no-encoder' -l 'no-encoder' -d 'Leave the encoder out of the file; it is derived from the dictionary on reading.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" center' -l 'center' -d 'Remove each record\'s mean.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" normalize' -l 'normalize' -d 'Divide each record by its norm.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" whitening' -l 'whitening' -d 'Whiten as this model of fit whiten does.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" contrast' -l 'contrast' -d 'Local contrast normalisation of images (conv, local); the side of its Gaussian window in pixels, odd.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" scale' -l 'scale' -d 'Divide each map of images (conv, local) by its root mean square over all of them.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" epochs' -l 'epochs' -d 'Passes over the data; 0 writes what training begins with.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" batch' -l 'batch' -d 'Records in a batch (default: 512, of units that see windows 16 images).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" patience' -l 'patience' -d 'End after this number of epochs that are no better on the records held out; take the best.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" checkpoint' -l 'checkpoint' -d 'Write the state of the training, for --resume, after every epoch and when interrupted.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" resume' -l 'resume' -d 'Go on from this checkpoint of the same training.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" start' -l 'start' -d 'Begin with the weights of this model, as far as they fit.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit lateral" -ge 1' -F
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" o output' -s 'o' -l 'output' -d 'The model to write; it appears whole or not at all.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" record' -l 'record' -d 'Which last axes are one record, where the stream does not say: their number or shape.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" j threads' -s 'j' -l 'threads' -d 'Threads, 1 to 1024; no result depends on it (default: 1; fit: all processors).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" q quiet' -s 'q' -l 'quiet' -d 'No progress.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" validation' -l 'validation' -d 'How many records to hold out, to report how good the model is on them.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" s seed' -s 's' -l 'seed' -d 'Seed of everything random (default: 0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" log' -l 'log' -d 'Write a row of figures after every epoch, as TSV.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" version' -l 'version' -d 'Show the version.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lateral" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" m model' -s 'm' -l 'model' -d 'The model (default: the built-in one).' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" kind' -l 'kind' -d 'lista moves all units at each iteration, lcod one.' -rfka 'lista lcod'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" iterations' -l 'iterations' -d 'T: passes of lista, updates of lcod.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" per-step' -l 'per-step' -d 'Give each pass of lista its own S and θ.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" nonlinearity' -l 'nonlinearity' -d 'f of lista where the model\'s pools are apart or a tree: proximal, the step of all of them (the default), or that of units, shrink or relu.' -rfka 'proximal shrink relu'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" codes' -l 'codes' -d 'The optimal codes of the records, as encode --solver writes them (default: computed).' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" gap' -l 'gap' -d 'Relative duality gap of codes that are computed (default: 1e-5).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" optimizer' -l 'optimizer' -d 'adam, or sgd with momentum.' -rfka 'sgd adam'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" rate' -l 'rate' -d 'Rate of the steps (default: sgd 0.05, adam what suits the model).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" momentum' -l 'momentum' -d 'What is kept of the last step\'s direction.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" beta2' -l 'beta2' -d 'Adam\'s β₂, what is kept of the squares of gradients.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" epsilon' -l 'epsilon' -d 'Adam\'s ε: where gradients are far smaller, weights stay almost as they are.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" schedule' -l 'schedule' -d 'How the rate falls: constant; cosine[:START], from a share START of the training on; inverse:D, divided by 1 + D · records.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" clip' -l 'clip' -d 'Scale the gradient of a batch down to this norm, or none.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" average' -l 'average' -d 'Give the moving average of the weights: the share of it that a step keeps, or none.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" rates' -l 'rates' -d 'Factors on the rate of parts (default: none, or what drsae begins with): weight, recurrent, threshold, gain, decoder, classifier.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" bounds' -l 'bounds' -d 'Bounds on the norm of each unit\'s weights in parts, of each atom, of each class (default: none, or what drsae begins with).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" epochs' -l 'epochs' -d 'Passes over the data; 0 writes what training begins with.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" batch' -l 'batch' -d 'Records in a batch (default: 128, of units that see windows 16 images).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" patience' -l 'patience' -d 'End after this number of epochs that are no better on the records held out; take the best.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" checkpoint' -l 'checkpoint' -d 'Write the state of the training, for --resume, after every epoch and when interrupted.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" resume' -l 'resume' -d 'Go on from this checkpoint of the same training.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" start' -l 'start' -d 'Begin with the weights of this model, as far as they fit.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit lista" -ge 1' -F
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" o output' -s 'o' -l 'output' -d 'The model to write; it appears whole or not at all.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" record' -l 'record' -d 'Which last axes are one record, where the stream does not say: their number or shape.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" j threads' -s 'j' -l 'threads' -d 'Threads, 1 to 1024; no result depends on it (default: 1; fit: all processors).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" q quiet' -s 'q' -l 'quiet' -d 'No progress.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" validation' -l 'validation' -d 'How many records to hold out, to report how good the model is on them.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" s seed' -s 's' -l 'seed' -d 'Seed of everything random (default: 0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" log' -l 'log' -d 'Write a row of figures after every epoch, as TSV.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" version' -l 'version' -d 'Show the version.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit lista" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" preset' -l 'preset' -d 'A set of options, which others override: ipsd-2009.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" geometry' -l 'geometry' -d 'dense; conv, maps of windows with the same weights everywhere (--code maps); or local, windows with weights of their own for all places of --period (--code units a place).' -rfka 'dense conv local'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" kernel' -l 'kernel' -d 'Size of a window in pixels: N or HxW.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" stride' -l 'stride' -d 'Pixels from one window to the next (default: 1).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" padding' -l 'padding' -d 'Zeros around the image, on each side (default: 0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" border' -l 'border' -d 'Padding by what comes of it: full, every window that has a pixel; same, as many places as pixels; valid, none.' -rfka 'full same valid'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" period' -l 'period' -d 'Places after which local weights are the same again: N or RxC (default: all of them).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" pool-window' -l 'pool-window' -d 'Pools go over windows of places, too: N or RxC of them (--geometry conv).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" pool-stride' -l 'pool-stride' -d 'Places from one such window to the next (default: the window).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" code' -l 'code' -d 'K, code units, a DC unit not counted (default: 256, or what --pools says; 16 of conv, 1 of local).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" iterations' -l 'iterations' -d 'T, passes of the encoder through S.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" nonlinearity' -l 'nonlinearity' -d 'f of the encoder: relu, shrink, smooth-shrink, tanh or linear, or proximal, of the penalty\'s pools (default: tanh).' -rfka 'relu shrink tanh smooth-shrink linear proximal'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" sharpness' -l 'sharpness' -d 'β of smooth-shrink: larger is nearer to shrink (default: 10).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" gain' -l 'gain' -d 'A factor of its own on each unit\'s code (default: --gain).'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" no-gain' -l 'no-gain' -d 'A factor of its own on each unit\'s code (default: --gain).'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" nonnegative' -l 'nonnegative' -d 'Keep code, dictionary or both (code,dictionary) from going below 0.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" lambda' -l 'lambda' -d 'λ, the weight of the penalty; norm:S: S times the norm of the records (default: norm:0.1).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" penalty' -l 'penalty' -d 'R: l1, sizes; group, the L2 norms of --pools; tree, the same where these are a tree; or lateral, sizes and the --inhibition of units by each other (default: l1, of fit lateral lateral).' -rfka 'l1 group tree lateral'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" pools' -l 'pools' -d 'Pools of units: consecutive:N, torus:ROWSxCOLUMNS:WINDOW:STRIDE (perhaps :gauss), grid: in the same way without wrapping, tree:1,10,2,2, or a file of sets.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" inhibition' -l 'inhibition' -d 'S of --penalty lateral: tree:ROOTS,CHILDREN,…, units not above one another inhibit each other; ring:UNITS:RADIUS, grid:ROWSxCOLUMNS:RADIUS, torus:, those further apart; or an NPY file, [K,K].' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" strength' -l 'strength' -d 'S between units that inhibit each other, for records of norm 1: a unit as large as the record makes their thresholds 1 + S times as large (default: 3.0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" dc' -l 'dc' -d 'A DC unit: constant, unpenalised, outside the pools (default: where records are pictures that are mostly brightness, and neither --center nor --whitening is given).'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" no-dc' -l 'no-dc' -d 'A DC unit: constant, unpenalised, outside the pools (default: where records are pictures that are mostly brightness, and neither --center nor --whitening is given).'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" atoms' -l 'atoms' -d 'What atoms begin as: records (of images, windows of them), or random directions.' -rfka 'records random'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" attraction' -l 'attraction' -d 'α, how strongly the code is drawn to the encoder\'s.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" gap' -l 'gap' -d 'Relative duality gap of the latent codes.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" center' -l 'center' -d 'Remove each record\'s mean.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" normalize' -l 'normalize' -d 'Divide each record by its norm.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" whitening' -l 'whitening' -d 'Whiten as this model of fit whiten does.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" contrast' -l 'contrast' -d 'Local contrast normalisation of images (conv, local); the side of its Gaussian window in pixels, odd.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" scale' -l 'scale' -d 'Divide each map of images (conv, local) by its root mean square over all of them.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" optimizer' -l 'optimizer' -d 'adam, or sgd with momentum.' -rfka 'sgd adam'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" rate' -l 'rate' -d 'Rate of the steps (default: sgd 0.05, adam what suits the model).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" momentum' -l 'momentum' -d 'What is kept of the last step\'s direction.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" beta2' -l 'beta2' -d 'Adam\'s β₂, what is kept of the squares of gradients.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" epsilon' -l 'epsilon' -d 'Adam\'s ε: where gradients are far smaller, weights stay almost as they are.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" schedule' -l 'schedule' -d 'How the rate falls: constant; cosine[:START], from a share START of the training on; inverse:D, divided by 1 + D · records.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" clip' -l 'clip' -d 'Scale the gradient of a batch down to this norm, or none.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" average' -l 'average' -d 'Give the moving average of the weights: the share of it that a step keeps, or none.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" rates' -l 'rates' -d 'Factors on the rate of parts (default: none, or what drsae begins with): weight, recurrent, threshold, gain, decoder, classifier.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" bounds' -l 'bounds' -d 'Bounds on the norm of each unit\'s weights in parts, of each atom, of each class (default: none, or what drsae begins with).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" epochs' -l 'epochs' -d 'Passes over the data; 0 writes what training begins with.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" batch' -l 'batch' -d 'Records in a batch (default: 128, of units that see windows 16 images).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" patience' -l 'patience' -d 'End after this number of epochs that are no better on the records held out; take the best.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" checkpoint' -l 'checkpoint' -d 'Write the state of the training, for --resume, after every epoch and when interrupted.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" resume' -l 'resume' -d 'Go on from this checkpoint of the same training.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" start' -l 'start' -d 'Begin with the weights of this model, as far as they fit.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit psd" -ge 1' -F
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" o output' -s 'o' -l 'output' -d 'The model to write; it appears whole or not at all.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" record' -l 'record' -d 'Which last axes are one record, where the stream does not say: their number or shape.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" j threads' -s 'j' -l 'threads' -d 'Threads, 1 to 1024; no result depends on it (default: 1; fit: all processors).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" q quiet' -s 'q' -l 'quiet' -d 'No progress.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" validation' -l 'validation' -d 'How many records to hold out, to report how good the model is on them.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" s seed' -s 's' -l 'seed' -d 'Seed of everything random (default: 0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" log' -l 'log' -d 'Write a row of figures after every epoch, as TSV.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" version' -l 'version' -d 'Show the version.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit psd" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" preset' -l 'preset' -d 'A set of options, which others override: lecture-torus.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" geometry' -l 'geometry' -d 'dense; conv, maps of windows with the same weights everywhere (--code maps); or local, windows with weights of their own for all places of --period (--code units a place).' -rfka 'dense conv local'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" kernel' -l 'kernel' -d 'Size of a window in pixels: N or HxW.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" stride' -l 'stride' -d 'Pixels from one window to the next (default: 1).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" padding' -l 'padding' -d 'Zeros around the image, on each side (default: 0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" border' -l 'border' -d 'Padding by what comes of it: full, every window that has a pixel; same, as many places as pixels; valid, none.' -rfka 'full same valid'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" period' -l 'period' -d 'Places after which local weights are the same again: N or RxC (default: all of them).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" pool-window' -l 'pool-window' -d 'Pools go over windows of places, too: N or RxC of them (--geometry conv).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" pool-stride' -l 'pool-stride' -d 'Places from one such window to the next (default: the window).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" code' -l 'code' -d 'K, code units, a DC unit not counted (default: 256, or what --pools says; 16 of conv, 1 of local).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" iterations' -l 'iterations' -d 'T, passes of the encoder through S.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" nonlinearity' -l 'nonlinearity' -d 'f of the encoder: relu, shrink, smooth-shrink, tanh or linear, or proximal, of the penalty\'s pools (default: relu).' -rfka 'relu shrink tanh smooth-shrink linear proximal'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" sharpness' -l 'sharpness' -d 'β of smooth-shrink: larger is nearer to shrink (default: 10).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" gain' -l 'gain' -d 'A factor of its own on each unit\'s code (default: --gain).'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" no-gain' -l 'no-gain' -d 'A factor of its own on each unit\'s code (default: --gain).'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" nonnegative' -l 'nonnegative' -d 'Keep code, dictionary or both (code,dictionary) from going below 0.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" lambda' -l 'lambda' -d 'λ, the weight of the penalty; norm:S: S times the norm of the records (default: norm:0.1).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" penalty' -l 'penalty' -d 'R: l1, sizes; group, the L2 norms of --pools; tree, the same where these are a tree; or lateral, sizes and the --inhibition of units by each other (default: l1, of fit lateral lateral).' -rfka 'l1 group tree lateral'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" pools' -l 'pools' -d 'Pools of units: consecutive:N, torus:ROWSxCOLUMNS:WINDOW:STRIDE (perhaps :gauss), grid: in the same way without wrapping, tree:1,10,2,2, or a file of sets.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" inhibition' -l 'inhibition' -d 'S of --penalty lateral: tree:ROOTS,CHILDREN,…, units not above one another inhibit each other; ring:UNITS:RADIUS, grid:ROWSxCOLUMNS:RADIUS, torus:, those further apart; or an NPY file, [K,K].' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" strength' -l 'strength' -d 'S between units that inhibit each other, for records of norm 1: a unit as large as the record makes their thresholds 1 + S times as large (default: 3.0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" dc' -l 'dc' -d 'A DC unit: constant, unpenalised, outside the pools (default: where records are pictures that are mostly brightness, and neither --center nor --whitening is given).'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" no-dc' -l 'no-dc' -d 'A DC unit: constant, unpenalised, outside the pools (default: where records are pictures that are mostly brightness, and neither --center nor --whitening is given).'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" atoms' -l 'atoms' -d 'What atoms begin as: records (of images, windows of them), or random directions.' -rfka 'records random'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" noise' -l 'noise' -d 'Give codes noise, whose variances are learned: v, the weight of their divergence from standard normal ones, of records of norm 1.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" anneal' -l 'anneal' -d 'Epochs within which v rises from 0 (default: 0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" center' -l 'center' -d 'Remove each record\'s mean.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" normalize' -l 'normalize' -d 'Divide each record by its norm.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" whitening' -l 'whitening' -d 'Whiten as this model of fit whiten does.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" contrast' -l 'contrast' -d 'Local contrast normalisation of images (conv, local); the side of its Gaussian window in pixels, odd.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" scale' -l 'scale' -d 'Divide each map of images (conv, local) by its root mean square over all of them.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" optimizer' -l 'optimizer' -d 'adam, or sgd with momentum.' -rfka 'sgd adam'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" rate' -l 'rate' -d 'Rate of the steps (default: sgd 0.05, adam what suits the model).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" momentum' -l 'momentum' -d 'What is kept of the last step\'s direction.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" beta2' -l 'beta2' -d 'Adam\'s β₂, what is kept of the squares of gradients.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" epsilon' -l 'epsilon' -d 'Adam\'s ε: where gradients are far smaller, weights stay almost as they are.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" schedule' -l 'schedule' -d 'How the rate falls: constant; cosine[:START], from a share START of the training on; inverse:D, divided by 1 + D · records.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" clip' -l 'clip' -d 'Scale the gradient of a batch down to this norm, or none.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" average' -l 'average' -d 'Give the moving average of the weights: the share of it that a step keeps, or none.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" rates' -l 'rates' -d 'Factors on the rate of parts (default: none, or what drsae begins with): weight, recurrent, threshold, gain, decoder, classifier.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" bounds' -l 'bounds' -d 'Bounds on the norm of each unit\'s weights in parts, of each atom, of each class (default: none, or what drsae begins with).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" epochs' -l 'epochs' -d 'Passes over the data; 0 writes what training begins with.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" batch' -l 'batch' -d 'Records in a batch (default: 128, of units that see windows 16 images).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" patience' -l 'patience' -d 'End after this number of epochs that are no better on the records held out; take the best.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" checkpoint' -l 'checkpoint' -d 'Write the state of the training, for --resume, after every epoch and when interrupted.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" resume' -l 'resume' -d 'Go on from this checkpoint of the same training.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" start' -l 'start' -d 'Begin with the weights of this model, as far as they fit.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit autoencoder" -ge 1' -F
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" o output' -s 'o' -l 'output' -d 'The model to write; it appears whole or not at all.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" record' -l 'record' -d 'Which last axes are one record, where the stream does not say: their number or shape.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" j threads' -s 'j' -l 'threads' -d 'Threads, 1 to 1024; no result depends on it (default: 1; fit: all processors).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" q quiet' -s 'q' -l 'quiet' -d 'No progress.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" validation' -l 'validation' -d 'How many records to hold out, to report how good the model is on them.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" s seed' -s 's' -l 'seed' -d 'Seed of everything random (default: 0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" log' -l 'log' -d 'Write a row of figures after every epoch, as TSV.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" version' -l 'version' -d 'Show the version.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit autoencoder" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" preset' -l 'preset' -d 'A set of options, which others override: drsae-200, drsae-400, drsae-paper.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" labels' -l 'labels' -d 'Labels of the records, IDX or NPY or text; −1 where there is none.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" reconstruction' -l 'reconstruction' -d 'r, the weight of the reconstruction.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" classification' -l 'classification' -d 'w, the weight of the classification.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" unsupervised-epochs' -l 'unsupervised-epochs' -d 'Epochs without the classification, before the others (default: 5; 0 with --epochs 0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" geometry' -l 'geometry' -d 'dense; conv, maps of windows with the same weights everywhere (--code maps); or local, windows with weights of their own for all places of --period (--code units a place).' -rfka 'dense conv local'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" kernel' -l 'kernel' -d 'Size of a window in pixels: N or HxW.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" stride' -l 'stride' -d 'Pixels from one window to the next (default: 1).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" padding' -l 'padding' -d 'Zeros around the image, on each side (default: 0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" border' -l 'border' -d 'Padding by what comes of it: full, every window that has a pixel; same, as many places as pixels; valid, none.' -rfka 'full same valid'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" period' -l 'period' -d 'Places after which local weights are the same again: N or RxC (default: all of them).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" pool-window' -l 'pool-window' -d 'Pools go over windows of places, too: N or RxC of them (--geometry conv).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" pool-stride' -l 'pool-stride' -d 'Places from one such window to the next (default: the window).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" code' -l 'code' -d 'K, code units, a DC unit not counted (default: 400, or what --pools says; 16 of conv, 1 of local).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" iterations' -l 'iterations' -d 'T, passes of the encoder through S.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" nonlinearity' -l 'nonlinearity' -d 'f of the encoder: relu, shrink, smooth-shrink, tanh or linear, or proximal, of the penalty\'s pools (default: relu).' -rfka 'relu shrink tanh smooth-shrink linear proximal'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" sharpness' -l 'sharpness' -d 'β of smooth-shrink: larger is nearer to shrink (default: 10).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" gain' -l 'gain' -d 'A factor of its own on each unit\'s code (default: --no-gain).'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" no-gain' -l 'no-gain' -d 'A factor of its own on each unit\'s code (default: --no-gain).'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" nonnegative' -l 'nonnegative' -d 'Keep code, dictionary or both (code,dictionary) from going below 0.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" lambda' -l 'lambda' -d 'λ, the weight of the penalty; norm:S: S times the norm of the records (default: 0.018; norm:0.05 of conv and local).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" penalty' -l 'penalty' -d 'R: l1, sizes; group, the L2 norms of --pools; tree, the same where these are a tree; or lateral, sizes and the --inhibition of units by each other (default: l1, of fit lateral lateral).' -rfka 'l1 group tree lateral'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" pools' -l 'pools' -d 'Pools of units: consecutive:N, torus:ROWSxCOLUMNS:WINDOW:STRIDE (perhaps :gauss), grid: in the same way without wrapping, tree:1,10,2,2, or a file of sets.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" inhibition' -l 'inhibition' -d 'S of --penalty lateral: tree:ROOTS,CHILDREN,…, units not above one another inhibit each other; ring:UNITS:RADIUS, grid:ROWSxCOLUMNS:RADIUS, torus:, those further apart; or an NPY file, [K,K].' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" strength' -l 'strength' -d 'S between units that inhibit each other, for records of norm 1: a unit as large as the record makes their thresholds 1 + S times as large (default: 3.0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" atoms' -l 'atoms' -d 'What atoms begin as: records (of images, windows of them), or random directions.' -rfka 'records random'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" noise' -l 'noise' -d 'Give codes noise, whose variances are learned: v, the weight of their divergence from standard normal ones, of records of norm 1.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" anneal' -l 'anneal' -d 'Epochs within which v rises from 0 (default: 0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" center' -l 'center' -d 'Remove each record\'s mean.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" normalize' -l 'normalize' -d 'Divide each record by its norm.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" whitening' -l 'whitening' -d 'Whiten as this model of fit whiten does.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" contrast' -l 'contrast' -d 'Local contrast normalisation of images (conv, local); the side of its Gaussian window in pixels, odd.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" scale' -l 'scale' -d 'Divide each map of images (conv, local) by its root mean square over all of them.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" optimizer' -l 'optimizer' -d 'adam, or sgd with momentum.' -rfka 'sgd adam'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" rate' -l 'rate' -d 'Rate of the steps (default: sgd 0.05, adam what suits the model).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" momentum' -l 'momentum' -d 'What is kept of the last step\'s direction.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" beta2' -l 'beta2' -d 'Adam\'s β₂, what is kept of the squares of gradients.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" epsilon' -l 'epsilon' -d 'Adam\'s ε: where gradients are far smaller, weights stay almost as they are.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" schedule' -l 'schedule' -d 'How the rate falls: constant; cosine[:START], from a share START of the training on; inverse:D, divided by 1 + D · records.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" clip' -l 'clip' -d 'Scale the gradient of a batch down to this norm, or none.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" average' -l 'average' -d 'Give the moving average of the weights: the share of it that a step keeps, or none.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" rates' -l 'rates' -d 'Factors on the rate of parts (default: none, or what drsae begins with): weight, recurrent, threshold, gain, decoder, classifier.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" bounds' -l 'bounds' -d 'Bounds on the norm of each unit\'s weights in parts, of each atom, of each class (default: none, or what drsae begins with).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" epochs' -l 'epochs' -d 'Passes over the data; 0 writes what training begins with.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" batch' -l 'batch' -d 'Records in a batch (default: 100, of units that see windows 16 images).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" patience' -l 'patience' -d 'End after this number of epochs that are no better on the records held out; take the best.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" checkpoint' -l 'checkpoint' -d 'Write the state of the training, for --resume, after every epoch and when interrupted.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" resume' -l 'resume' -d 'Go on from this checkpoint of the same training.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" start' -l 'start' -d 'Begin with the weights of this model, as far as they fit.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit drsae" -ge 1' -F
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" o output' -s 'o' -l 'output' -d 'The model to write; it appears whole or not at all.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" record' -l 'record' -d 'Which last axes are one record, where the stream does not say: their number or shape.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" j threads' -s 'j' -l 'threads' -d 'Threads, 1 to 1024; no result depends on it (default: 1; fit: all processors).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" q quiet' -s 'q' -l 'quiet' -d 'No progress.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" validation' -l 'validation' -d 'How many records to hold out, to report how good the model is on them.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" s seed' -s 's' -l 'seed' -d 'Seed of everything random (default: 0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" log' -l 'log' -d 'Write a row of figures after every epoch, as TSV.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" version' -l 'version' -d 'Show the version.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit drsae" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit whiten" method' -l 'method' -d 'zca stays close to the input; pca orders by variance.' -rfka 'zca pca'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit whiten" epsilon' -l 'epsilon' -d 'Added to every variance, as a share of the mean one.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit whiten" components' -l 'components' -d 'How many directions to keep, the largest variances first.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit whiten" center' -l 'center' -d 'Remove each record\'s mean first.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit whiten" normalize' -l 'normalize' -d 'Divide each record by its norm first.'
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit whiten" -ge 1' -F
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit whiten" o output' -s 'o' -l 'output' -d 'The model to write; it appears whole or not at all.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit whiten" record' -l 'record' -d 'Which last axes are one record, where the stream does not say: their number or shape.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit whiten" j threads' -s 'j' -l 'threads' -d 'Threads, 1 to 1024; no result depends on it (default: 1; fit: all processors).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit whiten" q quiet' -s 'q' -l 'quiet' -d 'No progress.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit whiten" version' -l 'version' -d 'Show the version.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit whiten" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit classifier" labels' -l 'labels' -d 'Labels of the records, IDX or NPY or text; −1 where there is none.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit classifier" decay' -l 'decay' -d 'μ, the weight of the penalty.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit classifier" iterations' -l 'iterations' -d 'Passes over the data, at most.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit classifier" -ge 1' -F
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit classifier" o output' -s 'o' -l 'output' -d 'The model to write; it appears whole or not at all.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit classifier" record' -l 'record' -d 'Which last axes are one record, where the stream does not say: their number or shape.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit classifier" j threads' -s 'j' -l 'threads' -d 'Threads, 1 to 1024; no result depends on it (default: 1; fit: all processors).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit classifier" q quiet' -s 'q' -l 'quiet' -d 'No progress.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit classifier" validation' -l 'validation' -d 'How many records to hold out, to report how good the model is on them.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit classifier" s seed' -s 's' -l 'seed' -d 'Seed of everything random (default: 0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit classifier" log' -l 'log' -d 'Write a row of figures after every epoch, as TSV.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit classifier" version' -l 'version' -d 'Show the version.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit classifier" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit prune" m model' -s 'm' -l 'model' -d 'The model (default: the built-in one).' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit prune" prune-below' -l 'prune-below' -d 'Leave out units that less than this share of the records use.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit prune" prune-quantile' -l 'prune-quantile' -d 'Leave out this share of the units, the least used.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit prune" at-random' -l 'at-random' -d 'Leave out as many units, drawn at random, instead of the least used: a control for figures.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit prune" s seed' -s 's' -l 'seed' -d 'Seed of --at-random (default: 0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit prune" -ge 1' -F
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit prune" o output' -s 'o' -l 'output' -d 'The model to write; it appears whole or not at all.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit prune" record' -l 'record' -d 'Which last axes are one record, where the stream does not say: their number or shape.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit prune" j threads' -s 'j' -l 'threads' -d 'Threads, 1 to 1024; no result depends on it (default: 1; fit: all processors).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit prune" q quiet' -s 'q' -l 'quiet' -d 'No progress.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit prune" version' -l 'version' -d 'Show the version.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit prune" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit join"' -s 'm' -l 'model' -d 'A layer, the first one first, or a network of several; give it for each.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit join"' -l 'pooling' -d 'How codes became what the next layer takes, where the layers do not say it: l2,consecutive:1,2x2:2x2, or none; give it for each layer but the last.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit join" layers' -l 'layers' -d 'Take only these layers, such as 1, or 1:2 for both.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit join" o output' -s 'o' -l 'output' -d 'The network to write; it appears whole or not at all.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit join" version' -l 'version' -d 'Show the version.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit join" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" m model' -s 'm' -l 'model' -d 'The network, which ends in a classifier.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" labels' -l 'labels' -d 'Labels of the records, IDX or NPY or text; −1 where there is none.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" freeze' -l 'freeze' -d 'Layers that stay as they are, such as 1 or 1,2.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" dropout' -l 'dropout' -d 'The share of the features for the last layer that is left out at random in a step.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" energy' -l 'energy' -d 'How much the energies of the layers count beside the classification, each as a share of that of codes of zero.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" random' -l 'random' -d 'Begin with random weights in place of those of the network.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" optimizer' -l 'optimizer' -d 'adam, or sgd with momentum.' -rfka 'sgd adam'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" rate' -l 'rate' -d 'Rate of the steps (default: sgd 0.05, adam what suits the model).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" momentum' -l 'momentum' -d 'What is kept of the last step\'s direction.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" beta2' -l 'beta2' -d 'Adam\'s β₂, what is kept of the squares of gradients.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" epsilon' -l 'epsilon' -d 'Adam\'s ε: where gradients are far smaller, weights stay almost as they are.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" schedule' -l 'schedule' -d 'How the rate falls: constant; cosine[:START], from a share START of the training on; inverse:D, divided by 1 + D · records.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" clip' -l 'clip' -d 'Scale the gradient of a batch down to this norm, or none.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" average' -l 'average' -d 'Give the moving average of the weights: the share of it that a step keeps, or none.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" rates' -l 'rates' -d 'Factors on the rate of parts (default: none, or what drsae begins with): weight, recurrent, threshold, gain, decoder, classifier.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" bounds' -l 'bounds' -d 'Bounds on the norm of each unit\'s weights in parts, of each atom, of each class (default: none, or what drsae begins with).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" epochs' -l 'epochs' -d 'Passes over the data; 0 writes what training begins with.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" batch' -l 'batch' -d 'Records in a batch (default: 32, of units that see windows 16 images).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" patience' -l 'patience' -d 'End after this number of epochs that are no better on the records held out; take the best.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" checkpoint' -l 'checkpoint' -d 'Write the state of the training, for --resume, after every epoch and when interrupted.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" resume' -l 'resume' -d 'Go on from this checkpoint of the same training.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" start' -l 'start' -d 'Begin with the weights of this model, as far as they fit.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_positional "fit stack" -ge 1' -F
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" o output' -s 'o' -l 'output' -d 'The model to write; it appears whole or not at all.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" record' -l 'record' -d 'Which last axes are one record, where the stream does not say: their number or shape.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" j threads' -s 'j' -l 'threads' -d 'Threads, 1 to 1024; no result depends on it (default: 1; fit: all processors).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" q quiet' -s 'q' -l 'quiet' -d 'No progress.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" validation' -l 'validation' -d 'How many records to hold out, to report how good the model is on them.' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" s seed' -s 's' -l 'seed' -d 'Seed of everything random (default: 0).' -rfka ''
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" log' -l 'log' -d 'Write a row of figures after every epoch, as TSV.' -rF
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" version' -l 'version' -d 'Show the version.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit stack" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'fit' -n '__fit_should_offer_completions_for_flags_or_options "fit help" version' -l 'version' -d 'Show the version.'
