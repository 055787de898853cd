namespace Handcarry.Cli.Completion;

/// <summary>
/// The scripts that make a shell ask the command itself what comes next, by System.CommandLine's <c>[suggest:POSITION]</c> directive. They hand over
/// the line without the command's own name and keep what begins as the word does. Where nothing is suggested, the shell completes files.
/// </summary>
internal static class CompletionScript
{
    public const string Bash = """
        # bash completion of handcarry, oc-handcarry and oc handcarry
        # . <(handcarry completion bash)      (after oc's own, if that is in use)

        # _handcarry_suggest COMMAND WORDS: WORDS is how many words stand before the arguments.
        _handcarry_suggest() {
          local line=${COMP_LINE:0:COMP_POINT} word i
          for ((i = 0; i < $2; i++)); do line=${line#"${line%%[![:space:]]*}"}; line=${line#*[[:space:]]}; done
          # Readline splits at colons, too; its word is what stands after them.
          local typed=${line##*[[:space:]]} current=${COMP_WORDS[COMP_CWORD]}
          [[ $current == : ]] && current=
          COMPREPLY=()
          while IFS= read -r word; do
            [[ $word == "$typed"* && ( $word != -* || $typed == -* ) ]] && COMPREPLY+=("${word:$((${#typed} - ${#current}))}")
          done < <("${1/#\~/$HOME}" "[suggest:${#line}]" "$line" 2>/dev/null)
        }

        _handcarry() { _handcarry_suggest "$1" 1; }

        _handcarry_oc() {
          if [[ ${COMP_WORDS[1]} == handcarry && $COMP_CWORD -gt 1 ]]; then
            _handcarry_suggest oc-handcarry 2
          elif [[ -n $_handcarry_oc_before ]]; then
            "$_handcarry_oc_before" "$@"
          fi
        }

        complete -o default -F _handcarry handcarry oc-handcarry
        if ! [[ $(complete -p oc 2>/dev/null) =~ -F\ _handcarry_oc\  ]]; then
          [[ $(complete -p oc 2>/dev/null) =~ -F\ ([^ ]+) ]] && _handcarry_oc_before=${BASH_REMATCH[1]}
          complete -o default -F _handcarry_oc oc
        fi
        """;

    public const string Zsh = """
        #compdef handcarry oc-handcarry
        # zsh completion of handcarry and oc-handcarry
        # source <(handcarry completion zsh)      (after compinit), or save it as _handcarry in a folder of $fpath

        _handcarry() {
          local line="${(j: :)words[2,CURRENT]}" word="${words[CURRENT]}"
          local -a found
          found=("${(@f)$("${words[1]/#\~/$HOME}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
          [[ $word == -* ]] || found=("${(@)found:#-*}")
          found=("${(@M)found:#${(b)word}*}")
          if (( ${#found} )) && [[ -n ${found[1]} ]]; then
            compadd -a found
          else
            _files
          fi
        }

        if [[ $funcstack[1] == _handcarry ]]; then _handcarry "$@"; else compdef _handcarry handcarry oc-handcarry; fi
        """;

    public const string Fish = """
        # fish completion of handcarry, oc-handcarry and oc handcarry
        # handcarry completion fish | source

        function __handcarry_suggest
            set -l words (commandline -opc) (commandline -ct)
            set -l command $words[1]
            set -e words[1]
            if test (path basename -- $command) = oc
                set command oc-handcarry
                set -e words[1]
            end
            set -l line (string join ' ' -- $words)
            set -l found ($command "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)
            string match -q -- '-*' "$words[-1]"; and printf '%s\n' $found; or string match -v -- '-*' $found
        end

        complete -c handcarry -a '(__handcarry_suggest)'
        complete -c oc-handcarry -a '(__handcarry_suggest)'
        complete -c oc -n '__fish_seen_subcommand_from handcarry' -a '(__handcarry_suggest)'
        """;
}
