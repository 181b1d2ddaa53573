referat("p0","be7243","#]` %c3 #cC #C  %cK #C ## %cC #aBO #S $>cC ## ## %bC #[ #c# $:b")
