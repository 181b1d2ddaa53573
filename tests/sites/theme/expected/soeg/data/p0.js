referat("p0","286e1a","#S #cS #cC ##")
