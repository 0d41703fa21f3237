"""What threads, forks, signals and the exit of the interpreter want."""
