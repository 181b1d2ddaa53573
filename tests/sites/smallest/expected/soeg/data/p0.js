referat("p0","6eaa1e","#c# ##")
