# bash completion for aic-mcp-server: its settings are environment variables.
complete -o default -W '--help --version doctor --json --sign-in audit --since --person --tool init --client --tenant --name --print --remove claude-code claude-desktop cursor vscode gemini-cli codex windsurf zed goose' aic-mcp-server
