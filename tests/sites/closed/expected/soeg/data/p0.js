referat("p0","33bf9f","#]` %c3 #cC #C  %cK %:c3 ## %cW %cC %c` %c[ #aBO #S $>cC ## ## %ca %bC %cS #[ #c# $:b")
