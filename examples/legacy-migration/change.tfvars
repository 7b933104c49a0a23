# The in-place change of the demonstration, after the move: the office at the harbour gets a second network.
offices = {
  harbour = {
    customer_gateway_id = "cgw-mock0001"
    local_cidr          = "10.0.1.0/24"
    remote_cidrs        = ["192.168.10.0/24", "192.168.11.0/24"]
  }
  airport = {
    customer_gateway_id = "cgw-mock0002"
    local_cidr          = "10.0.2.0/24"
    remote_cidrs        = ["192.168.20.0/24", "192.168.21.0/24"]
  }
}
