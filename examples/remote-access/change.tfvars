# The change of the demonstration: Wei leaves, Ana comes, Tomasz is away. Mei keeps what she has.
people = {
  ana    = {}
  mei    = {}
  tomasz = { away = true }
}
