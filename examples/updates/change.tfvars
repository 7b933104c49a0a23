# The in-place change of the demonstration: one attribute of each object.
office_cidrs     = ["192.168.10.0/24", "192.168.20.0/24"]
branch_name      = "branch-south"
certificate_name = "laptop of 王小明 (R&D)"
