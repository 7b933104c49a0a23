# The in-place change of the demonstration: the office gets a second network.
remote_cidrs = ["192.168.10.0/24", "192.168.20.0/24"]
