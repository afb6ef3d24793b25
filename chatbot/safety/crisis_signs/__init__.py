"""What people write when they think of dying or hurt themselves, what only sounds so, and the notation of both.

A phrase that may be a hint or an idiom is a sign: a help line that nobody needed costs little. The grounds are the
warning signs that suicide prevention teaches to listen for (talk of death, farewells, means) and the way people chat.
"""
